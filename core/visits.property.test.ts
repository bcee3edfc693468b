import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ENGAGEMENT, PAGEVIEW } from '../sdk/src/wire.ts';
import { clockChanges, generatedDays, zones } from './arbitraries.contract.ts';
import type { GeneratedDays } from './arbitraries.contract.ts';
import { dayOf, utcOffset } from './day.ts';
import { visitsReference } from './visits.reference.ts';
import type { VisitEvent, VisitorDay } from './visits.ts';
import { dayKey, emptyDay, merge, VISIT_GAP_MS, visitsOf } from './visits.ts';

const RUNS = 6000;

/** What an arrival went through, for the count of cases. */
type Trait =
  | 'several visits'
  | 'bridge'
  | 'joined by engagement'
  | 'engagement before its view'
  | 'engagement after its visit'
  | 'engagement after midnight'
  | 'engagement without view'
  | 'across midnight'
  | 'clock change'
  | 'repetition'
  | 'identified'
  | 'user changes'
  | 'not identified'
  | 'without visitor'
  | 'custom event before the first view'
  | 'gap to the millisecond';

/** Takes the groups in one after the other, as the store does: each id once, each visitor's day by `merge`. */
function arrive({ groups }: GeneratedDays, traits: Set<Trait>): Map<string, VisitorDay> {
  const seen = new Set<string>();
  const days = new Map<string, VisitorDay>();
  for (const group of groups) {
    const fresh = group.filter(({ event }) => {
      const isNew = !seen.has(event.id);
      seen.add(event.id);
      if (!isNew) traits.add('repetition');
      return isNew && event.visitor !== undefined;
    });
    for (const [key, added] of Map.groupBy(fresh, keyOf)) {
      const before = days.get(key) ?? emptyDay();
      const visitsBefore = before.visits.length;
      const after = merge(before, added);
      if (after.visits.length < visitsBefore) {
        traits.add(added.every(({ event }) => event.name === ENGAGEMENT) ? 'joined by engagement' : 'bridge');
      }
      if (after.waiting.length > 0) traits.add('engagement before its view');
      days.set(key, after);
    }
  }
  return days;
}

function keyOf({ event }: VisitEvent): string {
  return dayKey(event.day, event.visitor ?? '');
}

/** By visitor and day, what all at once gives. */
function allAtOnce(events: VisitEvent[]): Map<string, VisitorDay> {
  const known = events.filter(({ event }) => event.visitor !== undefined);
  return new Map([...Map.groupBy(known, keyOf)].map(([key, day]) => [key, visitsReference(day)]));
}

/** The cases that lie in the events themselves. */
function traitsOf({ events, zone }: GeneratedDays, days: Map<string, VisitorDay>, traits: Set<Trait>): void {
  const offsets = new Set(events.map(({ event }) => event.utc_offset));
  if (offsets.size > 1) traits.add('clock change');
  for (const { event } of events) {
    if (event.visitor === undefined) traits.add('without visitor');
    else traits.add(event.user_id === undefined ? 'not identified' : 'identified');
    if (event.name === ENGAGEMENT && dayOf(event.time, utcOffset(zone, event.time)) > event.day) {
      traits.add('engagement after midnight');
    }
  }
  for (const { visits, waiting } of days.values()) {
    if (visits.length > 1) traits.add('several visits');
    if (waiting.length > 0) traits.add('engagement without view');
    for (const visit of visits) {
      if (visit.end > visit.last + VISIT_GAP_MS) traits.add('engagement after its visit');
      if (visit.first.pageview && visit.start < visit.first.time) traits.add('custom event before the first view');
    }
  }
  pairTraits(events, traits);
}

function pairTraits(events: VisitEvent[], traits: Set<Trait>): void {
  const builders = events.filter(({ event }) => event.name !== ENGAGEMENT && event.visitor !== undefined);
  for (const mine of Map.groupBy(builders, ({ event }) => event.visitor).values()) {
    mine.sort((a, b) => a.event.time - b.event.time);
    for (const [index, { event }] of mine.entries()) {
      const next = mine[index + 1]?.event;
      if (!next) continue;
      const gap = next.time - event.time;
      if (next.day > event.day && gap <= VISIT_GAP_MS) traits.add('across midnight');
      if (gap === VISIT_GAP_MS || gap === VISIT_GAP_MS + 1) traits.add('gap to the millisecond');
      if (event.user_id && next.user_id && event.user_id !== next.user_id) traits.add('user changes');
    }
  }
}

describe('merge', () => {
  test("any order, duplication and grouping of a day's events gives what all at once gives", () => {
    const counts = new Map<Trait, number>();
    fc.assert(
      fc.property(generatedDays, (generated) => {
        const traits = new Set<Trait>();
        const expected = allAtOnce(generated.events);
        expect(arrive(generated, traits)).toEqual(expected);
        expect(visitsOf(generated.events)).toEqual(expected);
        traitsOf(generated, expected, traits);
        for (const trait of traits) counts.set(trait, (counts.get(trait) ?? 0) + 1);
      }),
      { numRuns: RUNS },
    );
    // Without these the property would say nothing of them.
    const least: Record<Trait, number> = {
      'several visits': 0.3,
      bridge: 0.05,
      'joined by engagement': 0.01,
      'engagement before its view': 0.2,
      'engagement after its visit': 0.05,
      'engagement after midnight': 0.05,
      'engagement without view': 0.03,
      'across midnight': 0.04,
      'clock change': 0.05,
      repetition: 0.3,
      identified: 0.3,
      'user changes': 0.05,
      'not identified': 0.3,
      'without visitor': 0.1,
      'custom event before the first view': 0.1,
      'gap to the millisecond': 0.1,
    };
    const rare = Object.entries(least).filter(([trait, share]) => (counts.get(trait as Trait) ?? 0) <= share * RUNS);
    expect(rare).toEqual([]);
  });

  test('two halves that were merged apart join to the same, whichever comes first', () => {
    fc.assert(
      fc.property(generatedDays, fc.nat(), ({ events }, cut) => {
        const known = events.filter(({ event }) => event.visitor !== undefined);
        for (const day of Map.groupBy(known, keyOf).values()) {
          const half = cut % (day.length + 1);
          const [a, b] = [day.slice(0, half), day.slice(half)];
          expect(merge(merge(emptyDay(), a), b)).toEqual(merge(merge(emptyDay(), b), a));
        }
      }),
      { numRuns: 1000 },
    );
  });

  test('every page view and custom event is in exactly one visit', () => {
    fc.assert(
      fc.property(generatedDays, ({ events }) => {
        for (const [key, { visits, taken, over }] of visitsOf(events)) {
          const mine = events.filter((one) => one.event.visitor !== undefined && keyOf(one) === key);
          const views = mine.filter(({ event }) => event.name === PAGEVIEW).map(({ event }) => event.id);
          const customs = mine.filter(({ event }) => event.name !== PAGEVIEW && event.name !== ENGAGEMENT);
          expect(visits.flatMap((visit) => visit.views.map(({ id }) => id)).sort()).toEqual(views.sort());
          expect(visits.flatMap((visit) => visit.events.map(([, count]) => count)).reduce((a, b) => a + b, 0)).toBe(
            customs.length,
          );
          expect({ taken, over }).toEqual({ taken: views.length + customs.length, over: { pageviews: 0, events: 0 } });
        }
      }),
      { numRuns: 1000 },
    );
  });
});

test('the zones of the generated days change their clocks, by an hour and by half of one', () => {
  const changing = zones.filter((zone) => clockChanges(zone).length > 0);
  expect(changing).toEqual([
    'Europe/Berlin',
    'America/St_Johns',
    'Australia/Lord_Howe',
    'America/Sao_Paulo',
    'Africa/Casablanca',
  ]);
});
