/** The site's local day, as a number of days since 1970-01-01, and its clock's distance from UTC. */

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** All zones in use change their clocks at multiples of 15 minutes, so one look serves that long. */
const STEP = 15 * MINUTE;
const CACHE_MAX = 10_000;

const formats = new Map<string, Intl.DateTimeFormat>();
const offsets = new Map<string, number>();

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (!format) {
    if (formats.size >= CACHE_MAX) formats.clear();
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      calendar: 'iso8601',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
    formats.set(zone, format);
  }
  return format;
}

function lookUpOffset(zone: string, time: number): number {
  const parts: Record<string, number> = {};
  for (const part of formatOf(zone).formatToParts(time)) parts[part.type] = Number(part.value);
  const local = Date.UTC(
    parts.year ?? 0,
    (parts.month ?? 1) - 1,
    parts.day ?? 1,
    parts.hour ?? 0,
    parts.minute ?? 0,
    parts.second ?? 0,
  );
  return Math.round((local - Math.floor(time / 1000) * 1000) / MINUTE);
}

/**
 * Minutes by which a zone's clock is ahead of UTC at an instant (IANA rules, daylight saving included).
 *
 * @param zone IANA name such as `Europe/Berlin`; throws RangeError for a name the runtime does not know
 * @param time ms since 1970
 * @example
 * utcOffset('Asia/Kathmandu', Date.now()); // 345
 */
export function utcOffset(zone: string, time: number): number {
  if (zone === 'UTC') return 0;
  const step = Math.floor(time / STEP);
  const key = `${zone}|${step}`;
  let offset = offsets.get(key);
  if (offset === undefined) {
    if (offsets.size >= CACHE_MAX) offsets.clear();
    offset = lookUpOffset(zone, step * STEP);
    offsets.set(key, offset);
  }
  return offset;
}

/**
 * The local day of an instant, in days since 1970-01-01.
 *
 * @example
 * dayOf(Date.UTC(2026, 0, 1, 0, 30), utcOffset('America/New_York', t)); // the last day of 2025
 */
export function dayOf(time: number, offsetMinutes: number): number {
  return Math.floor((time + offsetMinutes * MINUTE) / DAY);
}

/** The first instant (ms since 1970) after a local day of a zone, on days of 23 and 25 hours too. */
export function endOfDay(zone: string, day: number): number {
  const midnight = (day + 1) * DAY;
  // The clock's distance before and after that midnight; they differ where it is changed around then.
  const around = [utcOffset(zone, midnight - DAY), utcOffset(zone, midnight + DAY)];
  const ends = around.map((offset) => midnight - offset * MINUTE);
  return Math.min(...ends.filter((end) => dayOf(end, utcOffset(zone, end)) > day));
}

/** `2026-11-22` of a day number. */
export function isoOfDay(day: number): string {
  return new Date(day * DAY).toISOString().slice(0, 10);
}

/** The day number of `2026-11-22`, or undefined where that is not a date of the calendar. */
export function dayOfIso(iso: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(iso)) return undefined;
  const time = Date.parse(`${iso}T00:00:00Z`);
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== iso) return undefined;
  return time / DAY;
}

/** Whether the runtime knows a time zone of that name. */
export function isZone(zone: string): boolean {
  try {
    formatOf(zone);
    return true;
  } catch {
    return false;
  }
}
