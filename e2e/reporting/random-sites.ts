import { dayOf, utcOffset } from '../../core/day.ts';
import type { Context, Event } from '../../core/event.ts';
import { randomOf, sampleId } from '../../core/sample.contract.ts';
import type { Random } from '../../core/sample.contract.ts';
import { ENGAGEMENT, PAGEVIEW } from '../../sdk/src/wire.ts';
import type { Sent } from './world.ts';

/** A site with some days of events around a moment of its zone, in the order and the batches in which they arrive. */
export interface RandomSite {
  id: string;
  zone: string;
  from: number;
  to: number;
  groups: Sent[][];
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Around each the clock changes, or a day ends. */
const moments: [zone: string, around: string][] = [
  ['UTC', '2026-11-22T00:00:00Z'],
  ['Europe/Berlin', '2026-10-25T01:00:00Z'],
  ['Europe/Berlin', '2026-03-29T01:00:00Z'],
  ['America/St_Johns', '2026-11-01T04:30:00Z'],
  ['Australia/Lord_Howe', '2026-04-04T15:00:00Z'],
  ['Asia/Kathmandu', '2026-06-30T18:15:00Z'],
  ['America/Santiago', '2026-09-06T04:00:00Z'],
  ['Pacific/Chatham', '2026-09-26T14:00:00Z'],
];

const contexts: Context[] = [
  { browser: 'Firefox', country: 'CH', region: 'CH-ZH', city: 'Zürich', language: 'de', os: 'Linux' },
  { browser: 'Chrome', device: 'mobile', country: 'DE', browser_version: '142' },
  {},
];
/** Of a day, of a week or month, and by their own names. */
const visitors = [
  'vAAAAAAAAAAA',
  'vBBBBBBBBBBB',
  'vCCCCCCCCCCC',
  'vDDDDDDDDDDD',
  'wEEEEEEEEEEE',
  'wFFFFFFFFFFF',
  'uanna',
  'ubert',
  undefined,
];
const paths = ['/', '/', '/pricing', '/a.b/$c', '/ü'];
const HOURS = [-40, -26, -20, -4, -2, -1, 0, 1, 3, 20, 26];

/** The same sites for the same seed. */
export function randomSites(seed: number): RandomSite[] {
  return moments.map(([zone, around], at) => {
    const random = randomOf(seed + at);
    const middle = Date.parse(around);
    const sent: Sent[] = [];
    for (let run = 0; run < 24; run++) addRun(random, zone, middle + random.pick(HOURS) * HOUR, sent);
    random.shuffle(sent);
    const groups: Sent[][] = [];
    for (let from = 0; from < sent.length; ) {
      const size = 1 + random.below(30);
      groups.push(sent.slice(from, from + size));
      from += size;
    }
    return { id: `site-${at}.example`, zone, from: middle - 48 * HOUR, to: middle + 48 * HOUR, groups };
  });
}

/** Some page views and events of one visitor, with gaps of every kind. */
function addRun(random: Random, zone: string, start: number, sent: Sent[]): void {
  const visitor = random.pick(visitors);
  let context = random.pick(contexts);
  let time = start + random.below(HOUR);
  for (let count = 1 + random.below(9); count > 0; count--) {
    time += random.pick([0, 1, 5, 12, 25, 29, 30, 31, 50]) * MINUTE + 1 + random.below(2);
    if (random.chance(0.1)) context = random.pick(contexts);
    const offset = utcOffset(zone, time);
    const event: Event = {
      id: sampleId(1 + sent.length),
      name: random.chance(0.7) ? PAGEVIEW : random.pick(['signup', '__proto__']),
      time,
      day: dayOf(time, offset),
      utc_offset: offset,
      path: random.pick(paths),
    };
    if (visitor !== undefined) event.visitor = visitor;
    if (visitor?.startsWith('u')) event.user_id = visitor.slice(1);
    else if (random.chance(0.15)) event.user_id = random.pick(['anna', 'carla']);
    if (random.chance(0.7)) event.hostname = random.pick(['a.example', 'b.example']);
    if (random.chance(0.3))
      event.props = [
        ['plan', random.pick(['pro', 5, true])],
        ['other', 'x'],
      ];
    if (event.name === PAGEVIEW && random.chance(0.5)) {
      event.acquisition = random.pick([
        { source: 'a.example', channel: 'referral' },
        { utm_source: 'newsletter', source: 'newsletter' },
      ]);
    }
    if (event.name !== PAGEVIEW && random.chance(0.4)) event.interactive = false;
    sent.push({ event, context });
    if (event.name === PAGEVIEW && random.chance(0.4))
      sent.push({ event: engagement(random, event, sent.length), context });
  }
}

function engagement(random: Random, view: Event, count: number): Event {
  const after = random.pick([0, 1, 10, 40, 200]) * MINUTE;
  const { day, utc_offset, path, visitor, id } = view;
  const said = { engaged_ms: random.below(after + 1000), depth: random.below(101) };
  const event: Event = {
    id: sampleId(1 + count),
    name: ENGAGEMENT,
    time: view.time + after,
    day,
    utc_offset,
    path,
    view: id,
    ...said,
  };
  if (visitor !== undefined) event.visitor = visitor;
  return event;
}
