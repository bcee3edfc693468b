import { isoOfDay } from '../../core/day.ts';
import { questionLimits, timeBuckets } from '../../core/question.ts';
import type { Parameters } from './parameters.ts';
import type { Range } from './ranges.ts';
import { Wrong } from './wrong.ts';
import {
  calendarOf,
  changes,
  dayOfDate,
  DAY_MS,
  HOUR_MS,
  isoAt,
  localDay,
  MINUTE_MS,
  offsetMs,
  startOfDay,
} from './zone.ts';

export type TimeBucket = (typeof timeBuckets)[number];

/** The time buckets of a range, in their order. */
export interface Buckets {
  /** Each one's local start, as it stands in an answer; it may lie before the range's. */
  labels: string[];
  /** SQL of a whole number that stands for the bucket of a time. The same number: the same bucket. */
  keyOf(column: string, parameters: Parameters): string;
  /** The bucket's place by that number. */
  placeOf(key: number): number | undefined;
  /** The number of a place. */
  keyAt(place: number): number | undefined;
}

/** A run of time with one distance from UTC. */
interface Segment {
  /** Excluded. */
  until: number;
  offset: number;
}

const WIDTHS: Record<TimeBucket, number> = {
  minute: MINUTE_MS,
  hour: HOUR_MS,
  day: DAY_MS,
  week: 7 * DAY_MS,
  month: 28 * DAY_MS,
};
/** Numbers of hours and minutes since 1970 stay below this for a long time. */
const SEGMENT_KEYS = 2 ** 32;
/** 1970-01-01 was a Thursday; weeks start on Monday. */
const THURSDAY = 3;

/**
 * The buckets of a range in a zone. Hours and minutes end where the clock changes, too, so the hour that comes twice in
 * autumn is two buckets; days have 23 to 25 hours.
 *
 * @throws Wrong if there are more than `bucketsMax`
 */
export function bucketsOf(bucket: TimeBucket, range: Range, zone: string): Buckets {
  const { bucketsMax } = questionLimits;
  if ((range.to - range.from) / WIDTHS[bucket] > bucketsMax + 1) throw tooMany(bucket, range);
  const segments = segmentsOf(zone, range);
  const labels: string[] = [];
  const keys: number[] = [];
  for (let time = range.from; time < range.to; ) {
    const { label, next } = stepOf(bucket, zone, time, segments);
    labels.push(label);
    keys.push(keyAt(bucket, time, segments));
    if (labels.length > bucketsMax) throw tooMany(bucket, range);
    time = next;
  }
  const places = new Map(keys.map((key, place) => [key, place]));
  return {
    labels,
    keyOf: (column, parameters) => keySql(bucket, column, segments, parameters),
    placeOf: (key) => places.get(key),
    keyAt: (place) => keys[place],
  };
}

function tooMany(bucket: TimeBucket, { from, to }: Range): Wrong {
  const { bucketsMax } = questionLimits;
  const fitting = timeBuckets.filter((one) => (to - from) / WIDTHS[one] <= bucketsMax - 1);
  return new Wrong(
    'dimensions',
    `at most ${bucketsMax} time buckets`,
    `choose a longer bucket than ${bucket}, or a shorter range`,
    fitting.map((one) => `time:${one}`),
  );
}

function segmentsOf(zone: string, { from, to }: Range): Segment[] {
  const ends = [...changes(zone, from, to), Number.POSITIVE_INFINITY];
  return ends.map((until, at) => ({ until, offset: offsetMs(zone, at === 0 ? from : (ends[at - 1] ?? from)) }));
}

function placeOf(time: number, segments: Segment[]): number {
  return segments.findIndex(({ until }) => time < until);
}

/** The label of the bucket a time lies in, and when the next one begins. */
function stepOf(bucket: TimeBucket, zone: string, time: number, segments: Segment[]): { label: string; next: number } {
  if (bucket === 'minute' || bucket === 'hour') {
    const { until = 0, offset = 0 } = segments[placeOf(time, segments)] ?? {};
    const local = time + offset;
    let start = local - (local % WIDTHS[bucket]) - offset;
    while (offsetMs(zone, start) !== offset) start += MINUTE_MS;
    return {
      label: isoAt(zone, start),
      next: Math.min(local - (local % WIDTHS[bucket]) + WIDTHS[bucket] - offset, until),
    };
  }
  const [first, next] = daysOf(bucket, localDay(zone, time));
  return { label: isoOfDay(first), next: startOfDay(zone, next) };
}

/** The first day of the bucket a day lies in, and of the next one. */
function daysOf(bucket: 'day' | 'week' | 'month', day: number): [number, number] {
  if (bucket === 'day') return [day, day + 1];
  if (bucket === 'week') {
    const monday = day - ((day + THURSDAY) % 7);
    return [monday, monday + 7];
  }
  const { year, month } = calendarOf(day);
  return [dayOfDate(year, month, 1), dayOfDate(year, month + 1, 1)];
}

function keyAt(bucket: TimeBucket, time: number, segments: Segment[]): number {
  const place = placeOf(time, segments);
  const local = time + (segments[place]?.offset ?? 0);
  const day = Math.floor(local / DAY_MS);
  switch (bucket) {
    case 'minute':
    case 'hour':
      return place * SEGMENT_KEYS + Math.floor(local / WIDTHS[bucket]);
    case 'day':
      return day;
    case 'week':
      return Math.floor((day + THURSDAY) / 7);
    case 'month':
      return calendarOf(day).year * 12 + calendarOf(day).month;
    default:
      return bucket satisfies never;
  }
}

/** The same as `keyAt`, for the database. */
function keySql(bucket: TimeBucket, column: string, segments: Segment[], { add }: Parameters): string {
  const choose = (value: (place: number) => number): string => {
    if (segments.length === 1) return add(value(0));
    const cases = segments
      .slice(0, -1)
      .map(({ until }, place) => `WHEN ${column} < ${add(until)} THEN ${add(value(place))}`);
    return `(CASE ${cases.join(' ')} ELSE ${add(value(segments.length - 1))} END)`;
  };
  const local = `(${column} + ${choose((place) => segments[place]?.offset ?? 0)})`;
  switch (bucket) {
    case 'minute':
    case 'hour': {
      const count = `${local} // ${add(WIDTHS[bucket])}`;
      return segments.length === 1 ? `(${count})` : `(${choose((place) => place * SEGMENT_KEYS)} + ${count})`;
    }
    case 'day':
      return `(${local} // ${add(DAY_MS)})`;
    case 'week':
      return `((${local} // ${add(DAY_MS)} + ${add(THURSDAY)}) // ${add(7)})`;
    case 'month':
      return `(year(epoch_ms(${local})) * 12 + month(epoch_ms(${local})))`;
    default:
      return bucket satisfies never;
  }
}
