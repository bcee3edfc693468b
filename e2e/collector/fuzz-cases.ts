import { newId } from '../../core/id.ts';
import type { Random } from '../../core/sample.contract.ts';
import { ENGAGEMENT } from '../../sdk/src/wire.ts';
import { BROWSER, CHROME, NOON } from './scene.ts';

/** Requests that no client in its right mind sends, most of them near enough to good ones to get far. */

export interface FuzzRequest {
  method: string;
  path: string;
  headers: [string, string][];
  body: Buffer;
  /** Whether the body comes in pieces and without a length; `broken`: it does not come to its end. */
  streamed: 'no' | 'pieces' | 'broken';
}

/** No refusal may repeat it. */
export const MARKER = '<img src=x onerror=alert(1)>';

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

const HEADERS: [string, string[]][] = [
  [
    'content-type',
    ['text/plain', 'application/json', 'text/plain;charset=UTF-8', 'text/html', ';;;', '', 'a'.repeat(500)],
  ],
  ['content-encoding', ['gzip', 'identity', 'br', '', 'IDENTITY', 'x, y']],
  ['content-length', ['0', '5', '65537', '99999999999999999999', '-1', 'x', '1e3', '0x10']],
  ['user-agent', ['', 'curl/8.5.0', '('.repeat(3000), 'Mozilla/5.0', 'x'.repeat(9000), '\xff\xfe', MARKER]],
  ['x-forwarded-for', ['1.2.3.4', 'garbage', ',,,', '1.2.3.4, [::1]:80', '9'.repeat(5000), '::ffff:1.2.3.4', '"']],
  ['accept-language', ['de', '*', ';q=', 'x'.repeat(5000), ',,,', 'en-US,en;q=0.5', MARKER]],
  ['authorization', ['Bearer', 'Bearer x', 'Basic eDp4', `Bearer ${'x'.repeat(5000)}`, '\xff']],
  ['sec-purpose', ['prefetch', 'prefetch;prerender', 'x', '']],
  ['origin', ['null', 'https://evil.com', '']],
  ['forwarded', ['for=1.2.3.4']],
  ['x-http-method-override', ['GET']],
];

const METHODS = ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
const PATHS = ['/', '/metrics', '/healthz', '/e/', '/event/', '/E', '/%00', '//e', '/e?x=1', '/event#x', '/../e'];

/** The next request of a seed. */
export function fuzzRequest(random: Random): FuzzRequest {
  const path = random.chance(0.02) ? random.pick(PATHS) : random.pick(['/e', '/event', '/track']);
  const method = random.chance(0.02) ? random.pick(METHODS) : 'POST';
  const headers: [string, string][] = random.chance(0.95) ? Object.entries(BROWSER) : [];
  for (let count = random.below(3) * random.below(2); count > 0; count--) {
    const [name, values] = random.pick(HEADERS);
    headers.push([name, random.pick(values)]);
  }
  const streamed = random.chance(0.05) ? random.pick(['pieces', 'pieces', 'broken'] as const) : 'no';
  return { method, path, headers, body: bodyOf(random, path), streamed };
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

function browserBody(random: Random): Json {
  const events = Array.from({ length: random.chance(0.02) ? 201 : 1 + random.below(3) }, () => browserEvent(random));
  const batch: Record<string, unknown> = { site: random.pick(['a', 'b', 'b', 'nowhere']), events };
  if (random.chance(0.5)) batch.sent = NOON + random.below(1e6);
  if (random.chance(0.2)) batch.offset = random.below(1e6) - 5e5;
  if (random.chance(0.3)) batch.language = random.pick(['de-CH', 'en', 'x']);
  if (random.chance(0.3)) batch.user_id = random.pick(['u1', 'Ada@Example.com']);
  return batch;
}

function browserEvent(random: Random): Json {
  const time = NOON - random.below(26 * 3_600_000);
  const event: Record<string, unknown> = {
    id: newId(),
    name: 'pageview',
    time,
    url: 'https://example.com/a?utm_source=x',
  };
  if (random.chance(0.3)) event.referrer = 'https://www.google.com/';
  if (random.chance(0.3)) event.props = { plan: 'pro', seats: 5, trial: true };
  if (random.chance(0.2)) {
    Object.assign(event, { name: ENGAGEMENT, view: newId(), view_time: time - 5, engaged_ms: 5, depth: 9 });
  }
  return event;
}

function serverBody(random: Random): Json {
  const call = (): Json => {
    const one: Record<string, unknown> = {
      site_id: random.pick(['a', 'b', 'b', 'nowhere']),
      event_type: random.pick(['page_view', 'signup']),
      path: random.pick(['/pricing', '/a?b#c']),
    };
    if (random.chance(0.5)) one.user_id = random.pick(['u1', 'Ada@Example.com']);
    if (random.chance(0.3)) one.timestamp = new Date(NOON - random.below(1e9)).toISOString();
    if (random.chance(0.5)) one.event_id = newId();
    if (random.chance(0.2)) Object.assign(one, { ip: '203.0.113.9', user_agent: CHROME });
    if (random.chance(0.2)) one.props = { plan: 'pro' };
    return one;
  };
  return random.chance(0.3) ? Array.from({ length: random.below(5) }, call) : call();
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
      site_id: random.pick(['a', 'b', 'nowhere']),
      props,
    };
    if (random.chance(0.5)) event.user_id = random.pick(['u1', 'Ada@Example.com']);
    if (random.chance(0.3)) event.timestamp = new Date(NOON - random.below(1e9)).toISOString();
    if (random.chance(0.5)) event.event_id = newId();
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
