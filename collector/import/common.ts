import { isIP } from 'node:net';
import type { Hit } from './hit.ts';

/**
 * The common log format and the combined one, which adds the referrer and the user agent; with a virtual host before
 * them, too. What follows is not looked at.
 * Source: Apache HTTP Server, `mod_log_config` and "Log Files"; nginx writes `combined` the same way.
 *
 *     192.0.2.1 - - [17/May/2015:10:05:03 +0000] "GET /pricing HTTP/1.1" 200 2326 "https://example.org/" "Mozilla/5.0 …"
 *     example.com:443 192.0.2.1 - - […
 *
 * @returns undefined for a line that is neither
 */
export function parseCommon(line: string): Hit | undefined {
  const bracket = line.indexOf(' [');
  const end = line.indexOf('] "', bracket);
  if (bracket <= 0 || end < 0) return undefined;
  const time = timeOf(line.slice(bracket + 2, end));
  const request = quoted(line, end + 2);
  if (time === undefined || !request) return undefined;

  const numbers = /^ (\d{3}) (?:\d+|-)(?= |$)/.exec(line.slice(request.end, request.end + NUMBERS_CHARS_MAX));
  if (!numbers) return undefined;
  const rest = request.end + numbers[0].length;
  const referrer = rest < line.length ? quoted(line, rest + 1) : undefined;
  const agent = referrer && quoted(line, referrer.end + 1);
  // Something was begun and not ended: the line is cut off.
  if (rest < line.length && !agent) return undefined;

  const { client, host } = who(line.slice(0, bracket));
  return {
    client,
    host,
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

/** Client, identity and user, the last of which may hold spaces; before them there may be the host that was asked for. */
function who(text: string): { client: string; host: string | undefined } {
  const [first = '', second = '', third] = text.split(' ', 3);
  const hasHost = third !== undefined && (isIP(second) !== 0 || (/:\d+$/.test(first) && second !== '-'));
  return hasHost && isIP(first) === 0 ? { client: second, host: first } : { client: first, host: undefined };
}

const MONTHS = new Map(
  ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'].map((name, n) => [name, n]),
);
const TIME = /^(\d{2})\/([A-Z][a-z]{2})\/(\d{4}):(\d{2}):(\d{2}):(\d{2}) ([+-])(\d{2})(\d{2})$/;

let lastText = '';
let lastTime: number | undefined;

/** Many lines have the second of the line before. */
function timeOf(text: string): number | undefined {
  if (text !== lastText) {
    lastText = text;
    lastTime = readTime(text);
  }
  return lastTime;
}

function readTime(text: string): number | undefined {
  const [, day, name = '', year, hours, minutes, seconds, sign, offsetHours, offsetMinutes] = TIME.exec(text) ?? [];
  const month = MONTHS.get(name);
  if (month === undefined || Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 60) return undefined;
  const local = Date.UTC(Number(year), month, Number(day), Number(hours), Number(minutes), Number(seconds));
  if (new Date(Date.UTC(Number(year), month, Number(day))).getUTCDate() !== Number(day)) return undefined;
  const offset = (Number(offsetHours) * 60 + Number(offsetMinutes)) * 60_000;
  return sign === '-' ? local + offset : local - offset;
}
