import { isIP } from 'node:net';
import type { Hit } from './hit.ts';

/**
 * The common log format and the combined one, which adds the referrer and the user agent; with a virtual host before
 * them, too. What follows is not looked at: some have the time that a request took there.
 * Source: Apache HTTP Server, `mod_log_config` and "Log Files"; nginx writes `combined` the same way.
 *
 *     192.0.2.1 - - [17/May/2015:10:05:03 +0000] "GET /pricing HTTP/1.1" 200 2326 "https://example.org/" "Mozilla/5.0 …"
 *     example.com:443 192.0.2.1 - - […
 *
 * @returns undefined for a line that is neither
 */
export function parseCommon(line: string): Hit | undefined {
  // Before it there is no quote that is not escaped; but there may be brackets, for a user may be called anything.
  const end = line.indexOf('] "');
  const bracket = line.lastIndexOf(' [', end);
  if (end < 0 || bracket < 0) return undefined;
  const whose = who(line.slice(0, bracket));
  const time = commonTime(line.slice(bracket + 2, end));
  const request = quoted(line, end + 2);
  if (!whose || time === undefined || !request) return undefined;

  const numbers = /^ (\d{3}) (?:\d+|-)(?= |$)/.exec(line.slice(request.end, request.end + NUMBERS_CHARS_MAX));
  if (!numbers) return undefined;
  const rest = request.end + numbers[0].length;
  const next = line[rest] === ' ' ? line[rest + 1] : undefined;
  const isCombined = next === '"';
  const referrer = isCombined ? quoted(line, rest + 1) : undefined;
  const agent = referrer && quoted(line, referrer.end + 1);
  // Something was begun and not ended: the line is cut off.
  if (rest < line.length && (next === undefined || (isCombined && !agent))) return undefined;

  return {
    ...whose,
    time,
    ...requestOf(request.text),
    status: Number(numbers[1]),
    referrer: referrer && (present(referrer.text) || undefined),
    agent: agent && present(agent.text),
    language: undefined,
  };
}

/** Status and bytes, which are at most 20 digits. */
const NUMBERS_CHARS_MAX = 32;

/** A text in quotes that begins at `from`; a quote within it is escaped, and the one that ends it stands before a space. */
function quoted(line: string, from: number): { text: string; end: number } | undefined {
  if (line[from] !== '"') return undefined;
  for (let end = line.indexOf('"', from + 1); end >= 0; end = line.indexOf('"', end + 1)) {
    const isLast = end + 1 === line.length || line[end + 1] === ' ';
    if (isLast && !isEscaped(line, end)) return { text: unescaped(line.slice(from + 1, end)), end: end + 1 };
  }
  return undefined;
}

function isEscaped(line: string, at: number): boolean {
  let backslashes = 0;
  while (line[at - 1 - backslashes] === '\\') backslashes += 1;
  return backslashes % 2 === 1;
}

/** Servers write what is not printable as bytes, `\xc3\xbc`. */
function unescaped(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(/(?:\\x[0-9a-fA-F]{2})+|\\(.)/g, (bytes, one: string | undefined) =>
    one === undefined ? Buffer.from(bytes.replaceAll('\\x', ''), 'hex').toString() : (CONTROL[one] ?? one),
  );
}

const CONTROL: Record<string, string> = { n: '\n', r: '\r', t: '\t', v: '\v', b: '\b', f: '\f' };

/** `-` stands for what was not sent. */
function present(text: string): string {
  return text === '-' ? '' : text;
}

function requestOf(request: string): { method: string; target: string } {
  const space = request.indexOf(' ');
  const method = request.slice(0, Math.max(0, space));
  if (!/^[A-Z]{1,20}$/.test(method)) return { method: '', target: '' };
  const protocol = request.lastIndexOf(' HTTP/');
  return { method, target: request.slice(space + 1, protocol > space ? protocol : undefined) };
}

const HOST = /^(?:[\w.-]+|\[[\da-fA-F:.]+\])(?::\d+)?$/;

/**
 * Client, identity and user, the last of which may hold spaces; before them there may be the host that was asked for.
 * Undefined for what something else has put before its lines (syslog's time and name): a client that is no address, but
 * the name of one, is told by the identity, which no server asks for any more.
 */
function who(text: string): Pick<Hit, 'client' | 'host'> | undefined {
  const [first = '', second = '', third] = text.split(' ', 3);
  if (isIP(first) !== 0) return { client: first, host: undefined };
  if (isIP(second) !== 0 || (third === '-' && /:\d+$/.test(first))) {
    return HOST.test(first) ? { client: second, host: first } : undefined;
  }
  return first !== '' && second === '-' ? { client: first, host: undefined } : undefined;
}

const MONTHS = new Map(
  ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'].map((name, n) => [name, n]),
);
const MINUTE = /^(\d{2})\/([A-Z][a-z]{2})\/(\d{4}):(\d{2}):(\d{2}):00 ([+-])(\d{2})(\d{2})$/;

/** Times before 1970 have no place in an id, and an offset may make one. */
const YEAR_MIN = 1971;

let lastMinute = '';
let lastTime: number | undefined;

/** ms since 1970 of `17/May/2015:10:05:03 +0000`; undefined where it is none. Many lines have the minute of the line before. */
export function commonTime(text: string): number | undefined {
  const seconds = /^\d\d$/.test(text.slice(SECONDS_AT, SECONDS_AT + 2))
    ? Number(text.slice(SECONDS_AT, SECONDS_AT + 2))
    : -1;
  const minute = `${text.slice(0, SECONDS_AT)}00${text.slice(SECONDS_AT + 2)}`;
  if (minute !== lastMinute) {
    lastMinute = minute;
    lastTime = readMinute(minute);
  }
  return lastTime !== undefined && seconds >= 0 && seconds <= 60 ? lastTime + seconds * 1000 : undefined;
}

/** Where the seconds stand. */
const SECONDS_AT = 18;

function readMinute(text: string): number | undefined {
  const [, day, name = '', year, hours, minutes, sign, offsetHours, offsetMinutes] = MINUTE.exec(text) ?? [];
  const month = MONTHS.get(name);
  if (month === undefined || Number(hours) > 23 || Number(minutes) > 59) return undefined;
  if (Number(year) < YEAR_MIN || Number(offsetHours) > 23 || Number(offsetMinutes) > 59) return undefined;
  const local = Date.UTC(Number(year), month, Number(day), Number(hours), Number(minutes));
  if (new Date(Date.UTC(Number(year), month, Number(day))).getUTCDate() !== Number(day)) return undefined;
  const offset = (Number(offsetHours) * 60 + Number(offsetMinutes)) * 60_000;
  return sign === '-' ? local + offset : local - offset;
}
