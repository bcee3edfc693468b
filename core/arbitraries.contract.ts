import * as fc from 'fast-check';
import { ENGAGEMENT, PAGEVIEW } from '../sdk/src/wire.ts';
import { dayOf, endOfDay, utcOffset } from './day.ts';
import type { Acquisition, Context, Event } from './event.ts';
import { VISIT_GAP_MS } from './visits.ts';
import type { VisitEvent } from './visits.ts';

/**
 * Generators (fast-check) of what tests need much of. A generated day is a few runs of events of a few visitors around
 * an interesting moment of a zone, and the order in which they arrive, with repetitions, in groups.
 */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const GAP = VISIT_GAP_MS;

/** Zones with whole, half and quarter hours, with and without daylight saving, with changes at midnight and by religion. */
export const zones = [
  'UTC',
  'Europe/Berlin',
  'America/St_Johns',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'America/Sao_Paulo',
  'Africa/Casablanca',
] as const;

export interface GeneratedDays {
  zone: string;
  /** Each event once, in no meaningful order. */
  events: VisitEvent[];
  /** The same events as they arrive: any order, some repeated with the same id, in groups. */
  groups: VisitEvent[][];
}

const contexts: Context[] = [
  { browser: 'Firefox', country: 'CH', region: 'CH-ZH', city: 'Zürich' },
  { browser: 'Chrome', device: 'mobile' },
  {},
];
const acquisitions: (Acquisition | undefined)[] = [
  undefined,
  { source: 'example.org', referrer: 'https://example.org/' },
  { source: 'newsletter', channel: 'email', utm_source: 'newsletter' },
];

const gapMs = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 0, max: 25 * MINUTE }) },
  { weight: 2, arbitrary: fc.constantFrom(0, 1, GAP - 1, GAP, GAP + 1) },
  { weight: 2, arbitrary: fc.integer({ min: GAP, max: 2 * GAP }) },
  { weight: 1, arbitrary: fc.integer({ min: GAP, max: 5 * HOUR }) },
);

/** How long after its page view an engagement happens; below 0 by a wrong clock. */
const engagedAfterMs = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 0, max: GAP }) },
  { weight: 2, arbitrary: fc.integer({ min: GAP, max: 3 * HOUR }) },
  { weight: 1, arbitrary: fc.integer({ min: 3 * HOUR, max: 20 * HOUR }) },
  { weight: 1, arbitrary: fc.constantFrom(-1000, 0, GAP, GAP + 1) },
);

/** Places in the order of arrival: more than one is a repetition. */
const arrivals = fc.oneof(
  { weight: 4, arbitrary: fc.nat(1_000_000).map((at) => [at]) },
  { weight: 1, arbitrary: fc.array(fc.nat(1_000_000), { minLength: 2, maxLength: 3 }) },
);

const engagement = fc.record({
  afterMs: engagedAfterMs,
  engaged_ms: fc.nat(10 * MINUTE),
  depth: fc.nat(100),
  tie: fc.nat(0xffff),
  arrivals,
});

const step = fc.record({
  gapMs,
  name: fc.constantFrom(PAGEVIEW, PAGEVIEW, PAGEVIEW, 'signup', 'purchase', '__proto__'),
  path: fc.constantFrom('/', '/pricing', '/a.b/$c'),
  user: fc.constantFrom(undefined, undefined, 'anna', 'bert'),
  quiet: fc.boolean(),
  context: fc.nat(contexts.length - 1),
  acquisition: fc.nat(acquisitions.length - 1),
  tie: fc.nat(0xffff),
  engagements: fc.oneof(
    { weight: 2, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(engagement, { minLength: 1, maxLength: 3 }) },
  ),
  /** The page view itself never arrives, only what was engaged. */
  lost: fc.integer({ min: 0, max: 19 }).map((n) => n === 0),
  arrivals,
});

const run = fc.record({
  visitor: fc.constantFrom('vAAAAAAAAAAA', 'vAAAAAAAAAAA', 'vBBBBBBBBBBB', 'uanna', undefined),
  startMs: fc.integer({ min: -3 * HOUR, max: 3 * HOUR }),
  steps: fc.array(step, { minLength: 1, maxLength: 7 }),
});

const anchor = fc.record({
  zone: fc.constantFrom(...zones),
  kind: fc.constantFrom('midnight', 'clock change', 'any'),
  /** Days since 1970: 2016 to 2027. */
  day: fc.integer({ min: 16_801, max: 21_183 }),
});

/** One to five runs of events around midnight, a change of the clocks, or any moment. */
export const generatedDays: fc.Arbitrary<GeneratedDays> = fc
  .record({
    anchor,
    runs: fc.array(run, { minLength: 1, maxLength: 5 }),
    groupSizes: fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 8 }),
  })
  .map(({ anchor: at, runs, groupSizes }) => {
    const arriving: { at: number; one: VisitEvent }[] = [];
    const events: VisitEvent[] = [];
    const add = (one: VisitEvent, places: number[]): void => {
      events.push(one);
      for (const place of places) arriving.push({ at: place, one });
    };
    for (const each of runs) addRun(each, at.zone, momentOf(at), () => events.length, add);
    arriving.sort((a, b) => a.at - b.at);
    return {
      zone: at.zone,
      events,
      groups: groupsOf(
        arriving.map(({ one }) => one),
        groupSizes,
      ),
    };
  });

type Run = typeof run extends fc.Arbitrary<infer T> ? T : never;
type Anchor = typeof anchor extends fc.Arbitrary<infer T> ? T : never;

function addRun(
  { visitor, startMs, steps }: Run,
  zone: string,
  moment: number,
  count: () => number,
  add: (one: VisitEvent, places: number[]) => void,
): void {
  let time = moment + startMs;
  for (const one of steps) {
    time += one.gapMs;
    const offset = utcOffset(zone, time);
    const filed = { day: dayOf(time, offset), ...(visitor === undefined ? {} : { visitor }), path: one.path };
    const context = contexts[one.context] ?? {};
    const acquisition = acquisitions[one.acquisition];
    const event: Event = { id: idOf(one.tie, count()), name: one.name, time, utc_offset: offset, ...filed };
    if (one.user !== undefined) event.user_id = one.user;
    if (one.name === PAGEVIEW && acquisition) event.acquisition = acquisition;
    if (one.name !== PAGEVIEW && one.quiet) event.interactive = false;
    const isView = one.name === PAGEVIEW;
    if (!(isView && one.lost)) add({ event, context }, one.arrivals);
    if (!isView) continue;
    for (const { afterMs, engaged_ms, depth, tie, arrivals: places } of one.engagements) {
      const at = time + afterMs;
      const said = { id: idOf(tie, count()), name: ENGAGEMENT, time: at, utc_offset: utcOffset(zone, at) };
      add({ event: { ...said, ...filed, view: event.id, engaged_ms, depth }, context }, places);
    }
  }
}

/** A UUID whose order is chance and which comes once. */
function idOf(tie: number, index: number): string {
  return `${tie.toString(16).padStart(8, '0')}-0000-7000-8000-${index.toString(16).padStart(12, '0')}`;
}

/** Sizes are taken in turn. */
function groupsOf(events: VisitEvent[], sizes: number[]): VisitEvent[][] {
  const groups: VisitEvent[][] = [];
  for (let at = 0; at < events.length; ) {
    const size = sizes[groups.length % sizes.length] ?? 1;
    groups.push(events.slice(at, at + size));
    at += size;
  }
  return groups;
}

function momentOf({ zone, kind, day }: Anchor): number {
  if (kind === 'any') return day * 24 * HOUR + 12 * HOUR;
  const changes = kind === 'clock change' ? clockChanges(zone) : [];
  return changes[day % changes.length] ?? endOfDay(zone, day);
}

const changesByZone = new Map<string, number[]>();

/** The moments from 2016 to 2027 at which a zone's clock changes, to the quarter of an hour. */
export function clockChanges(zone: string): number[] {
  const known = changesByZone.get(zone);
  if (known) return known;
  const changes: number[] = [];
  const DAY = 24 * HOUR;
  for (let time = Date.UTC(2016, 0, 1); time < Date.UTC(2028, 0, 1); time += DAY) {
    if (utcOffset(zone, time) === utcOffset(zone, time + DAY)) continue;
    let at = time;
    while (utcOffset(zone, at) === utcOffset(zone, time)) at += 15 * MINUTE;
    changes.push(at);
  }
  changesByZone.set(zone, changes);
  return changes;
}
