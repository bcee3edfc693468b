import type { Random } from '../../core/sample.contract.ts';
import { ENGAGEMENT } from '../../sdk/src/wire.ts';
import { headersOf, MARKER } from './fuzz-headers.ts';
import { CHROME, NOON } from './scene.ts';

/** Requests that no client in its right mind sends, most of them near enough to good ones to get far. */

export interface FuzzRequest {
  method: string;
  path: string;
  headers: [string, string][];
  body: Buffer;
  /** Whether the body comes in pieces and without a length; `broken`: it does not come to its end. */
  streamed: 'no' | 'pieces' | 'broken';
  /** Bytes of a piece. */
  pieceBytes: number;
  /** Which of the two collectors it is for. */
  to: 'open' | 'closed';
}

const TEXTS = [
  '',
  ' ',
  '\0',
  '\ud800',
  'x\udfff\ud800',
  MARKER,
  'javascript:alert(1)',
  '__proto__',
  'constructor',
  'toString',
  "'; DROP TABLE events; --",
  '{"$ne":1}',
  '$where',
  'a.b.$c',
  '=1+1',
  '\r\nX: y',
  '\u001b[31m',
  '${jndi:ldap://x}',
  'ada@example.com',
  'x'.repeat(130),
  'x'.repeat(600),
  'ä'.repeat(1500),
  '😀'.repeat(1100),
  '../../etc/passwd',
  'http://[::1',
  '//',
  'data:,x',
  'https://evil-example.com/',
  'https://example.com.evil.com/?utm_source=%00%ff&ref=%',
  `https://example.com/?${'&'.repeat(1000)}`,
  'https://example.com/\ud800',
  '2026-03-10T11:00:00Z',
  '2026-03-10T11:00:00.123456+14:00',
  '2026-02-30T00:00:00Z',
  '0000-01-01T00:00:00Z',
  '9999-12-31T23:59:59-23:59',
  '127.0.0.1',
  '::ffff:1.2.3.4',
  'fe80::1%eth0',
  '[::1]',
  'pageview',
  ENGAGEMENT,
  'page_view',
  '019AA8A0-5B1E-7C3D-9F2E-0A1B2C3D4E5F',
];

const NUMBERS = [0, -0, 1, -1, 0.5, 1e-300, 1e308, 2 ** 53, -(2 ** 53), 8.64e15, -8.64e15, 8.64e15 + 2, NOON, NOON + 1];

/** Source texts of JSON that `JSON.stringify` does not write. */
const RAW = [
  '1e400',
  '-1e400',
  '-0',
  '"\\ud800"',
  '"\\u0000"',
  '[[[[[]]]]]',
  '{"a":1,"a":2}',
  '{"__proto__":{"x":1}}',
  'nul',
];

/** A site's pages, and pages that the one or the other site does not count. */
const URLS = [
  'https://example.com/',
  'https://sub.example.com/a',
  'https://example.com/admin/users?x=1',
  'https://example.com/%C3%BCber/uns',
  'https://münchen.example/',
  'https://other.example/',
  'http://localhost:3000/',
  'http://[::1]/',
  'http://shop.test/',
];

/** Events of one request to the servers' doors of the scene: few, so that lists of more are small. */
export const SERVER_EVENTS_MAX = 12;

const DAY_MS = 86_400_000;
const METHODS = ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
const PATHS = ['/', '/metrics', '/healthz', '/e/', '/event/', '/E', '/%00', '//e', '/e?x=1', '/event#x', '/../e'];

/** A request by chance. */
export function fuzzRequest(random: Random): FuzzRequest {
  const path = random.chance(0.02) ? random.pick(PATHS) : random.pick(['/e', '/event', '/track']);
  const method = random.chance(0.02) ? random.pick(METHODS) : 'POST';
  const headers = headersOf(random);
  const streamed = random.chance(0.05) ? random.pick(['pieces', 'pieces', 'broken'] as const) : 'no';
  const to = random.pick(['open', 'closed'] as const);
  return { method, path, headers, body: bodyOf(random, path), streamed, pieceBytes: 1 + random.below(50), to };
}

function bodyOf(random: Random, path: string): Buffer {
  if (random.chance(0.05)) return bytes(random, random.below(200));
  const value = path.startsWith('/event')
    ? serverBody(random)
    : path === '/track'
      ? trackBody(random)
      : browserBody(random);
  for (let count = random.below(4) * random.below(2); count > 0; count--) mutate(random, value);
  let text = JSON.stringify(random.chance(0.02) ? hostile(random) : value);
  if (random.chance(0.1)) text = text.replace(/"(\w+)":("[^"]*"|\d+)/, (_, name) => `"${name}":${random.pick(RAW)}`);
  const body = Buffer.from(text);
  return random.chance(0.1) ? scramble(random, body) : body;
}

type Json = Record<string, unknown> | unknown[];

/** Those of the scene, one that comes into being by itself if any may, and more than may. */
function siteOf(random: Random): string {
  if (random.chance(0.03)) return `s${random.below(60)}`;
  return random.pick(['a', 'a', 'b', 'b', 'b', 'shielded', 'dropping', 'nowhere']);
}

function urlOf(random: Random): string {
  return random.chance(0.8) ? 'https://example.com/a?utm_source=x' : random.pick(URLS);
}

/** Of version 4 by its looks. */
function idOf(random: Random): string {
  const hex = (digits: number): string =>
    random
      .below(16 ** digits)
      .toString(16)
      .padStart(digits, '0');
  return `${hex(8)}-${hex(4)}-4${hex(3)}-8${hex(3)}-${hex(6)}${hex(6)}`;
}

function browserBody(random: Random): Json {
  const events = Array.from({ length: random.chance(0.02) ? 201 : 1 + random.below(3) }, () => browserEvent(random));
  const batch: Record<string, unknown> = { site: siteOf(random), events };
  if (random.chance(0.5)) batch.sent = NOON + random.below(1e6);
  if (random.chance(0.2)) batch.offset = random.below(1e6) - 5e5;
  if (random.chance(0.3)) batch.language = random.pick(['de-CH', 'en', 'x']);
  if (random.chance(0.3)) batch.user_id = random.pick(['u1', 'Ada@Example.com']);
  if (random.chance(0.02)) batch.gpc = random.chance(0.5);
  if (random.chance(0.02)) batch.webdriver = random.chance(0.5);
  return batch;
}

function browserEvent(random: Random): Json {
  const time = NOON - random.below(26 * 3_600_000);
  const event: Record<string, unknown> = {
    id: idOf(random),
    name: 'pageview',
    time,
    url: urlOf(random),
  };
  if (random.chance(0.3)) event.referrer = 'https://www.google.com/';
  if (random.chance(0.3)) event.props = { plan: 'pro', seats: 5, trial: true };
  if (random.chance(0.2)) {
    Object.assign(event, { name: ENGAGEMENT, view: idOf(random), view_time: time - 5, engaged_ms: 5, depth: 9 });
  }
  return event;
}

function serverBody(random: Random): Json {
  const call = (): Json => {
    const one: Record<string, unknown> = {
      site_id: siteOf(random),
      event_type: random.pick(['page_view', 'signup']),
      path: random.pick(['/pricing', '/a?b#c']),
    };
    if (random.chance(0.5)) one.user_id = random.pick(['u1', 'Ada@Example.com']);
    if (random.chance(0.3)) one.timestamp = timestampOf(random);
    if (random.chance(0.5)) one.event_id = idOf(random);
    if (random.chance(0.2)) Object.assign(one, { ip: '203.0.113.9', user_agent: CHROME });
    if (random.chance(0.2)) one.props = { plan: 'pro' };
    return one;
  };
  if (random.chance(0.7)) return call();
  return Array.from({ length: random.chance(0.05) ? SERVER_EVENTS_MAX + 1 : random.below(5) }, call);
}

/** Most often of the last days; now and then ahead of the scene's clock by more than may be. */
function timestampOf(random: Random): string {
  const time = random.chance(0.05) ? NOON + 2 * DAY_MS : NOON - random.below(1e9);
  return new Date(time).toISOString();
}

/** A list, whose answer tells the ids. */
function trackBody(random: Random): Json {
  return Array.from({ length: 1 + random.below(3) }, () => {
    const props = {
      url: random.pick(['/', 'https://example.com/a?utm_source=b']),
      ref: random.pick(['google', 'x:y']),
    };
    const event: Json = {
      event: random.pick(['page_view', 'signup']),
      site_id: siteOf(random),
      props,
    };
    if (random.chance(0.5)) event.user_id = random.pick(['u1', 'Ada@Example.com']);
    if (random.chance(0.3)) event.timestamp = timestampOf(random);
    if (random.chance(0.5)) event.event_id = idOf(random);
    return event;
  });
}

/** Changes one thing somewhere in a value. */
function mutate(random: Random, value: Json): void {
  let at: Json = value;
  while (random.chance(0.6)) {
    const inner = Object.values(at).filter((one) => typeof one === 'object' && one !== null) as Json[];
    if (inner.length === 0) break;
    at = random.pick(inner);
  }
  const keys = Object.keys(at);
  const holder = at as Record<string, unknown>;
  const key =
    keys.length > 0 && random.chance(0.85) ? random.pick(keys) : random.pick(TEXTS.filter((text) => text.length < 50));
  // Never `Object.prototype`, which is what `__proto__` would read.
  const old = Object.hasOwn(holder, key) ? holder[key] : undefined;
  const kind = random.below(10);
  if (kind === 0) delete holder[key];
  else if (kind === 1) define(holder, key, [old]);
  else if (kind === 2) define(holder, key, { [random.pick(['$gt', 'a', 'toString'])]: old });
  else if (kind === 3 && keys.length > 0) define(holder, key, holder[random.pick(keys)]);
  else define(holder, key, hostile(random));
}

/** Also for a name such as `__proto__`. */
function define(holder: object, key: string, value: unknown): void {
  if (Array.isArray(holder) && !/^\d+$/.test(key)) return;
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
}

function hostile(random: Random): unknown {
  switch (random.below(8)) {
    case 0:
      return random.pick(NUMBERS);
    case 1:
      return random.pick([true, false, null, [], {}, [null], [[]]]);
    case 2:
      return Object.fromEntries(Array.from({ length: random.below(40) }, (_, n) => [`p${n}`, random.pick(TEXTS)]));
    case 3:
      return bytes(random, random.below(40)).toString('latin1');
    default:
      return random.pick(TEXTS);
  }
}

/** Takes away, adds or changes some bytes. */
function scramble(random: Random, body: Buffer): Buffer {
  const at = random.below(body.length + 1);
  switch (random.below(4)) {
    case 0:
      return body.subarray(0, at);
    case 1:
      return Buffer.concat([body.subarray(0, at), bytes(random, 1 + random.below(5)), body.subarray(at)]);
    case 2:
      return Buffer.concat([body, body.subarray(at)]);
    default: {
      const changed = Buffer.from(body);
      for (let count = 1 + random.below(3); count > 0; count--)
        changed[random.below(changed.length)] = random.below(256);
      return changed;
    }
  }
}

export function bytes(random: Random, length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => random.below(256)));
}
