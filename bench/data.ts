import type { Random } from '../core/sample.contract.ts';
import type { WireBatch, WireEvent } from '../sdk/src/wire.ts';
import { browsers, customEvents, languages, pageAt, PAGES, referrers } from './site.ts';

/**
 * Made-up visitors of one site, the same for the same seed: visits of several page views spread over minutes, pages by
 * Zipf's law, some engagement and custom events, a fifth of the visitors identified.
 */

export const SITE = 'bench.example';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

const IDENTIFIED = 0.2;
const RETURNING = 0.2;
const VIEWS_MEAN = 4;
const VIEWS_MAX = 30;
const ENGAGED = 0.4;
const CUSTOM = 0.12;

/** One visitor's visit, as the browser would tell it. */
export interface SampleVisit {
  address: string;
  agent: string;
  language: string;
  user_id?: string;
  /** By time. */
  events: WireEvent[];
}

/** One request of a browser. */
export interface Delivery {
  address: string;
  agent: string;
  language: string;
  batch: WireBatch & { sent: number };
}

export interface VisitsOptions {
  /** Visits begin from here on, in ms since 1970 … */
  from: number;
  /** … for so many ms. */
  spanMs: number;
  /** At least so many events altogether. */
  eventsMin: number;
  /** Events of each visit. Default: as it happens, 6 on average. */
  eventsEach?: number;
}

/**
 * Visits enough for a number of events.
 *
 * @example
 * sampleVisits(randomOf(1), { from: Date.now(), spanMs: 3_600_000, eventsMin: 1000 });
 */
export function sampleVisits(random: Random, { from, spanMs, eventsMin, eventsEach }: VisitsOptions): SampleVisit[] {
  const pageOf = zipf(random, PAGES);
  const visits: SampleVisit[] = [];
  let events = 0;
  let visitors = 0;
  while (events < eventsMin) {
    visitors += 1;
    const visitor = sampleVisitor(random, visitors);
    do {
      const start = Math.floor(from + random.next() * spanMs);
      const visit = { ...visitor, events: visitEvents(random, start, pageOf, eventsEach) };
      events += visit.events.length;
      visits.push(visit);
    } while (random.chance(RETURNING));
  }
  return visits;
}

/** Each event in a request of its own, when it happens: the order a whole site's events come in. */
export function inSingles(visits: SampleVisit[]): Delivery[] {
  const deliveries = visits.flatMap((visit) => visit.events.map((event) => deliver(visit, [event])));
  return deliveries.sort((a, b) => a.batch.sent - b.batch.sent);
}

/** Each visit in one request, when it ends. */
export function inBatches(visits: SampleVisit[]): Delivery[] {
  return visits.map((visit) => deliver(visit, visit.events)).sort((a, b) => a.batch.sent - b.batch.sent);
}

function deliver(visit: SampleVisit, events: WireEvent[]): Delivery {
  const { address, agent, language, user_id } = visit;
  const sent = events.at(-1)?.time ?? 0;
  return { address, agent, language, batch: { site: SITE, sent, language, ...(user_id ? { user_id } : {}), events } };
}

function sampleVisitor(random: Random, n: number): Omit<SampleVisit, 'events'> {
  const bytes = [random.below(256), random.below(256), 1 + random.below(254)];
  const visitor = { address: `100.${bytes.join('.')}`, agent: random.pick(browsers), language: random.pick(languages) };
  return random.chance(IDENTIFIED) ? { ...visitor, user_id: `user-${100_000 + n}` } : visitor;
}

function visitEvents(random: Random, start: number, pageOf: () => number, eventsEach?: number): WireEvent[] {
  const events: WireEvent[] = [];
  const full = (): boolean => events.length === eventsEach;
  const viewsMax = eventsEach ?? viewsOfVisit(random);
  let time = start;
  for (let view = 0; view < viewsMax && !full(); view++) {
    const id = idAt(random, time);
    const page = pageAt(pageOf());
    const arrived = view === 0 ? arrival(random, page.url) : { url: page.url };
    events.push({ id, name: 'pageview', time, ...arrived, title: page.title });
    const stayMs = Math.min(10 * MINUTE, Math.ceil(5 * SECOND - Math.log(1 - random.next()) * 45 * SECOND));
    if (!full() && random.chance(CUSTOM)) {
      const at = time + Math.floor(stayMs / 2);
      events.push({ id: idAt(random, at), time: at, url: page.url, ...random.pick(customEvents) });
    }
    if (!full() && random.chance(ENGAGED)) {
      const said = { view: id, view_time: time, engaged_ms: random.below(stayMs), depth: random.below(101) };
      events.push({ id: idAt(random, time + stayMs), name: 'engagement', time: time + stayMs, url: page.url, ...said });
    }
    time += stayMs;
  }
  return events;
}

/** Geometric: most visits are short. */
function viewsOfVisit(random: Random): number {
  return Math.min(VIEWS_MAX, 1 + Math.floor(Math.log(1 - random.next()) / Math.log(1 - 1 / VIEWS_MEAN)));
}

function arrival(random: Random, url: string): Pick<WireEvent, 'url' | 'referrer'> {
  if (random.chance(0.35)) return { url };
  if (random.chance(0.15)) return { url: `${url}?utm_source=newsletter&utm_medium=email&utm_campaign=autumn` };
  return { url, referrer: random.pick(referrers) };
}

/** A UUID of version 7, by the time and the given chance. */
export function idAt(random: Random, time: number): string {
  const hex = time.toString(16).padStart(12, '0');
  const chance = (digits: number): string =>
    random
      .below(16 ** digits)
      .toString(16)
      .padStart(digits, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7${chance(3)}-8${chance(3)}-${chance(6)}${chance(6)}`;
}

/** The n-th page is chosen with a chance of 1/n of the first's. */
function zipf(random: Random, count: number): () => number {
  const sums = new Float64Array(count);
  let sum = 0;
  for (let n = 0; n < count; n++) sums[n] = sum += 1 / (n + 1);
  return () => {
    const wanted = random.next() * sum;
    let low = 0;
    let high = count - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sums[middle] ?? sum) < wanted) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}
