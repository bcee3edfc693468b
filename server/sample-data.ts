import type { Acquisition, Context, Event, LogEntry } from '../core/event.ts';
import { LOG_ENTRY_VERSION } from '../core/event.ts';
import { ENGAGEMENT, PAGEVIEW } from '../sdk/src/wire.ts';
import { seededRandom } from './random.ts';
import type { Random } from './random.ts';
import {
  cities,
  doings,
  goesOn,
  hit,
  hours,
  letter,
  machines,
  origins,
  places,
  ways,
  weekdays,
} from './sample-tables.ts';
import type { Origin } from './sample-tables.ts';

/** The site that holds the sample data; nothing else is filed under it. */
export const SAMPLE_SITE = 'sample';
/** A month to look at, and the month before to compare it with. */
const DAYS = 61;
const VISITS_A_DAY = 190;
const GROWTH_A_DAY = 1.007;
/** Which day before the last one had the article that was passed around. */
const HIT_DAYS_AGO = 11;
const LETTER_WEEKDAY = 4;
const EVENTS_PER_ENTRY = 200;
const HOSTNAME = 'sample.example';
const HOUR = 60 * 60 * 1000;
const DAY = 24 * HOUR;

/**
 * Made-up visits of two months, as entries of the log. The same `until` gives the same events with the same ids, so that
 * to add them twice is to add them once.
 *
 * @param until ms since 1970; nothing is later
 * @example
 * for (const entry of sampleEntries(Date.now())) await queue.append([{ partition, body: JSON.stringify(entry) }]);
 */
export function* sampleEntries(until: number): Generator<LogEntry> {
  const random = seededRandom(`sample|${until}`);
  const last = Math.floor(until / DAY);
  for (let day = last - DAYS + 1; day <= last; day++) {
    yield* entriesOfDay(day, last - day, until, random);
  }
}

function* entriesOfDay(day: number, daysAgo: number, until: number, random: Random): Generator<LogEntry> {
  const weekday = new Date(day * DAY).getUTCDay();
  const rhythm = (weekdays[weekday] ?? 1) * GROWTH_A_DAY ** (DAYS - daysAgo);
  const visits: [number, Origin?][] = [[VISITS_A_DAY * rhythm * (0.9 + 0.2 * random.next())]];
  if (weekday === LETTER_WEEKDAY) visits.push([46, letter]);
  if (daysAgo === HIT_DAYS_AGO) visits.push([420, hit]);
  if (daysAgo === HIT_DAYS_AGO - 1) visits.push([150, hit]);

  const byContext = new Map<string, { context: Context; events: Event[] }>();
  for (const [count, origin] of visits) {
    for (let n = 0; n < count; n++) {
      const context = contextOf(random);
      const events = eventsOfVisitor(day, origin, random).filter(({ time }) => time <= until);
      const key = JSON.stringify(context);
      const group = byContext.get(key) ?? { context, events: [] };
      group.events.push(...events);
      byContext.set(key, group);
    }
  }
  for (const { context, events } of byContext.values()) {
    for (let from = 0; from < events.length; from += EVENTS_PER_ENTRY) {
      const id = idOf(day * DAY, random);
      const some = events.slice(from, from + EVENTS_PER_ENTRY);
      yield { v: LOG_ENTRY_VERSION, id, site: SAMPLE_SITE, received: until, context, events: some };
    }
  }
}

function contextOf(random: Random): Context {
  const [country, language] = random.pick(places);
  const { os_version, ...machine } = random.pick(machines);
  const place = cities[country] && random.pick(cities[country]);
  return {
    ...machine,
    ...(os_version ? { os_version } : {}),
    language,
    country,
    ...(place && { region: place[0], city: place[1] }),
  };
}

/** One visit, or two. */
function eventsOfVisitor(day: number, origin: Origin | undefined, random: Random): Event[] {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32BE(random.bits(), 0);
  bytes.writeUInt32BE(random.bits(), 4);
  const visitor = `v${bytes.toString('base64url')}`;
  const start = day * DAY + random.pick(hours) * HOUR + random.next() * HOUR;
  const events = eventsOfVisit({ day, visitor, start }, origin ?? random.pick(origins), random);
  if (random.next() < 0.14) {
    const again = start + (1 + random.next() * 6) * HOUR;
    const first = origins[0]?.[0];
    if (first) events.push(...eventsOfVisit({ day, visitor, start: again }, first, random));
  }
  return events;
}

interface Who {
  day: number;
  visitor: string;
  start: number;
}

/** Page after page, until the reader leaves or the day ends, for another day is another visitor. */
function eventsOfVisit({ day, visitor, start }: Who, { acquisition, entries }: Origin, random: Random): Event[] {
  const events: Event[] = [];
  const dayEnd = (day + 1) * DAY;
  let time = Math.round(start);
  let path: string | undefined = random.pick(entries);
  while (path !== undefined && time < dayEnd) {
    const stay = Math.round(random.around(path.startsWith('/blog/') ? 70_000 : 28_000));
    const common = { day, utc_offset: 0, visitor, hostname: HOSTNAME, path };
    const view = idOf(time, random);
    events.push(viewOf({ ...common, id: view, time }, events.length === 0 ? acquisition : undefined));
    const doing = doings[path];
    if (doing && random.next() < doing.chance && time + stay / 2 < dayEnd) {
      const at = Math.round(time + stay / 2);
      const props: Event['props'] = [[doing.property, random.pick(doing.values)]];
      events.push({ ...common, id: idOf(at, random), name: doing.name, time: at, props });
    }
    const left = Math.min(time + stay, dayEnd - 1);
    const engaged_ms = Math.round((left - time) * (0.5 + 0.45 * random.next()));
    const depth = Math.round(25 + 75 * random.next());
    events.push({ ...common, id: idOf(left, random), name: ENGAGEMENT, time: left, view, engaged_ms, depth });
    const next: (typeof ways)[string] = ways[path] ?? [];
    path = next.length > 0 && random.next() < goesOn ? random.pick(next) : undefined;
    time = left + 400;
  }
  return events;
}

function viewOf(event: Omit<Event, 'name'>, acquisition: Acquisition | undefined): Event {
  const view: Event = { ...event, name: PAGEVIEW, title: titleOf(event.path) };
  if (acquisition) view.acquisition = acquisition;
  return view;
}

/** `/docs/self-hosting` is "Self hosting". */
function titleOf(path: string): string {
  const words = path.split('/').at(-1)?.replaceAll('-', ' ') || 'home';
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A UUID of version 7 from a time and the seeded numbers. Source: RFC 9562, section 5.7. */
function idOf(time: number, random: Random): string {
  const hex = Math.round(time).toString(16).padStart(12, '0');
  const [a, b, c] = [random.bits(), random.bits(), random.bits()].map((bits) => bits.toString(16).padStart(8, '0'));
  const variant = (8 + (random.bits() & 3)).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7${a?.slice(0, 3)}-${variant}${b?.slice(0, 3)}-${b?.slice(3, 7)}${c}`;
}
