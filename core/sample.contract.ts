import { ENGAGEMENT, PAGEVIEW } from '../sdk/src/wire.ts';
import { dayOf } from './day.ts';
import type { Context, Event } from './event.ts';
import type { VisitEvent } from './visits.ts';

/** Chance that can be had again, and events made by it: for the contract suites and the simulation. */

/** A source of chance: the same seed gives the same. */
export interface Random {
  /** From 0 up to, but without, 1. */
  next(): number;
  /** A whole number from 0 up to, but without, `end`. */
  below(end: number): number;
  chance(probability: number): boolean;
  pick<T>(list: readonly T[]): T;
  /** Puts a list in a new order, in place. */
  shuffle<T>(list: T[]): T[];
}

/**
 * Chance from a seed, by the generator known as mulberry32: 32 bits of state, good enough to pick cases.
 *
 * @example
 * randomOf(7).below(6) === randomOf(7).below(6); // true
 */
export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
  return chanceOf(next);
}

/** Chance by whatever generator. `next` as in `Random`. */
export function chanceOf(next: () => number): Random {
  const below = (end: number): number => Math.floor(next() * end);
  return {
    next,
    below,
    chance: (probability) => next() < probability,
    pick(list) {
      if (list.length === 0) throw new RangeError('nothing to pick from');
      return list[below(list.length)] as (typeof list)[number];
    },
    shuffle(list) {
      for (let last = list.length - 1; last > 0; last--) {
        const other = below(last + 1);
        [list[last], list[other]] = [list[other] as (typeof list)[number], list[last] as (typeof list)[number]];
      }
      return list;
    },
  };
}

/** A UUID that stands for a number. */
export function sampleId(n: number): string {
  return `01990000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;
}

const contexts: Context[] = [
  { browser: 'Firefox', country: 'CH', region: 'CH-ZH', city: 'Zürich' },
  { browser: 'Chrome', device: 'mobile' },
  {},
];
const visitors = ['vAAAAAAAAAAA', 'uanna', 'vBBBBBBBBBBB', undefined, 'vCCCCCCCCCCC'];
const paths = ['/', '/pricing', '/a.b/$c', '/blog/1'];
const MINUTE = 60_000;

export interface SampleOptions {
  count: number;
  /** ms since 1970 of the first events. They go on for some hours. */
  from: number;
  /** The number of the first id; see `sampleId`. */
  firstId: number;
}

/**
 * Events of a few visitors of one site in UTC: visits with gaps of every kind, some past midnight, engagement early and
 * late, some identified, some without visitor. In no order of time.
 *
 * @example
 * sampleEvents(randomOf(1), { count: 50, from: Date.UTC(2026, 10, 22, 20), firstId: 1 }).length; // 50
 */
export function sampleEvents(random: Random, { count, from, firstId }: SampleOptions): VisitEvent[] {
  const clocks = visitors.map(() => from + random.below(90) * MINUTE);
  const events: VisitEvent[] = [];
  const views: { event: Event; context: Context }[] = [];
  while (events.length < count) {
    const id = sampleId(firstId + events.length);
    const who = random.below(visitors.length);
    const view = random.chance(0.25) && views.length > 0 ? random.pick(views) : undefined;
    if (view) {
      events.push({ event: engagementOf(random, id, view.event), context: view.context });
      continue;
    }
    const time = (clocks[who] ?? from) + random.pick([0, 1, 9, 20, 29, 30, 31, 45, 70]) * MINUTE;
    clocks[who] = time;
    const one = { event: pointOf(random, id, time, visitors[who]), context: contexts[who % contexts.length] ?? {} };
    events.push(one);
    if (one.event.name === PAGEVIEW) views.push(one);
  }
  return random.shuffle(events);
}

function pointOf(random: Random, id: string, time: number, visitor: string | undefined): Event {
  const name = random.chance(0.75) ? PAGEVIEW : random.pick(['signup', '__proto__']);
  const event: Event = { id, name, time, day: dayOf(time, 0), utc_offset: 0, path: random.pick(paths) };
  if (visitor !== undefined) event.visitor = visitor;
  if (visitor?.startsWith('u')) event.user_id = visitor.slice(1);
  else if (random.chance(0.2)) event.user_id = random.pick(['bert', 'carla']);
  if (name === PAGEVIEW && random.chance(0.5)) event.acquisition = { source: random.pick(['a.example', 'b.example']) };
  if (name !== PAGEVIEW && random.chance(0.3)) event.interactive = false;
  return event;
}

function engagementOf(random: Random, id: string, { id: view, time, day, visitor, path }: Event): Event {
  const after = random.pick([0, 1, 10, 25, 40, 200]) * MINUTE;
  const said = { engaged_ms: random.below(after + 1), depth: random.below(101) };
  const event: Event = { id, name: ENGAGEMENT, time: time + after, day, utc_offset: 0, path, view, ...said };
  if (visitor !== undefined) event.visitor = visitor;
  if (visitor?.startsWith('u')) event.user_id = visitor.slice(1);
  return event;
}
