import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { commonTime, parseCommon } from './common.ts';

const AGENT = 'Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0';
const WHEN = '17/May/2015:10:05:03 +0000';
const TIME = Date.UTC(2015, 4, 17, 10, 5, 3);
const MIB = 1024 * 1024;

const REQUEST = 'GET /pricing HTTP/1.1';

function lineOf(about: { who?: string; when?: string; request?: string; rest?: string } = {}): string {
  const { who = '192.0.2.1 - -', when = WHEN, request = REQUEST, rest = ` 200 2326 "-" "${AGENT}"` } = about;
  return `${who} [${when}] "${request}"${rest}`;
}

describe('parseCommon', () => {
  const common = {
    client: '192.0.2.1',
    host: undefined,
    time: TIME,
    method: 'GET',
    target: '/pricing',
    status: 200,
    referrer: undefined,
    agent: undefined,
    language: undefined,
  };

  test('reads the common format, which tells no agent', () => {
    expect(parseCommon(lineOf({ rest: ' 200 2326' }))).toEqual(common);
    expect(parseCommon(lineOf({ rest: ' 304 -' }))).toEqual({ ...common, status: 304 });
  });

  test('reads the combined format', () => {
    const rest = ` 200 2326 "https://example.org/a?b" "${AGENT}"`;
    expect(parseCommon(lineOf({ rest }))).toEqual({ ...common, referrer: 'https://example.org/a?b', agent: AGENT });
  });

  test.each([
    ['"rt=0.004" "203.0.113.9, 10.0.0.1"'],
    ['0.004 0.003 .'],
    ['"not ended'],
    ['gzip "'],
    [' "[" ] "\\'],
    ['\u0000\ud800'],
  ])('does not look at what follows: %j', (more) => {
    expect(parseCommon(`${lineOf()} ${more}`)).toEqual({ ...common, agent: AGENT });
  });

  test('has no agent that was not sent, which is another thing than one that the log does not tell', () => {
    expect(parseCommon(lineOf({ rest: ' 200 0 "-" "-"' }))).toMatchObject({ referrer: undefined, agent: '' });
    expect(parseCommon(lineOf({ rest: ' 200 0 "" ""' }))).toMatchObject({ referrer: undefined, agent: '' });
  });
});

describe('client and host', () => {
  test.each([
    ['192.0.2.1 - -', '192.0.2.1', undefined],
    ['2001:db8::1 - -', '2001:db8::1', undefined],
    ['2001:db8::1 ident user', '2001:db8::1', undefined],
    ['::ffff:192.0.2.1 - -', '::ffff:192.0.2.1', undefined],
    ['p5b.dip.example.net - -', 'p5b.dip.example.net', undefined],
    ['localhost - frank', 'localhost', undefined],
    ['unix: - -', 'unix:', undefined],
    ['192.0.2.1 ident frank', '192.0.2.1', undefined],
    ['192.0.2.1 - John Smith', '192.0.2.1', undefined],
    ['192.0.2.1 - ', '192.0.2.1', undefined],
    ['192.0.2.1 - [17/May/2015:10:05:04 +0000] [x', '192.0.2.1', undefined],
    ['192.0.2.1 - a [b] c', '192.0.2.1', undefined],
    ['192.0.2.1 - 10.0.0.1', '192.0.2.1', undefined],
    ['192.0.2.1 10.0.0.1 -', '192.0.2.1', undefined],
    ['example.com:443 192.0.2.1 - -', '192.0.2.1', 'example.com:443'],
    ['example.com 192.0.2.1 - -', '192.0.2.1', 'example.com'],
    ['Example.COM:80 2001:db8::1 - John Smith', '2001:db8::1', 'Example.COM:80'],
    ['example.com:443 host.example.net - -', 'host.example.net', 'example.com:443'],
    ['[2001:db8::2]:443 192.0.2.1 - -', '192.0.2.1', '[2001:db8::2]:443'],
    ['_ 192.0.2.1 - -', '192.0.2.1', '_'],
  ])('of %j', (who, client, host) => {
    expect(parseCommon(lineOf({ who }))).toMatchObject({ client, host, time: TIME, target: '/pricing' });
  });

  // A client that is the same for all lines would make one visitor of all.
  test.each([
    ['May 17 10:05:03 web1 nginx: 192.0.2.1 - -'],
    ['<190>May 17 10:05:03 web1 nginx: 192.0.2.1 - -'],
    ['<190>1 2015-05-17T10:05:03Z web1 nginx - - - 192.0.2.1 - -'],
    ['2015-05-17T10:05:03+00:00 web1 nginx: 192.0.2.1 - -'],
    ['2015-05-17T10:05:03.000000000Z stdout F 192.0.2.1 - -'],
    ['web1 nginx: 192.0.2.1 - -'],
    ['nginx: 192.0.2.1 - -'],
    ['nginx | 192.0.2.1 - -'],
    ['web_1  | 192.0.2.1 - -'],
    ['[pod/nginx-1/nginx] 192.0.2.1 - -'],
    ['203.0.113.9, 192.0.2.1 - -'],
    ['example.com/a 192.0.2.1 - -'],
    ['<b> 192.0.2.1 - -'],
    [' 192.0.2.1 - -'],
    [' - -'],
    [''],
    [' '],
    ['\t'],
  ])('a line with something else before it is none: %j', (who) => {
    expect(parseCommon(lineOf({ who }))).toBeUndefined();
  });
});

describe('the request', () => {
  test.each([
    ['GET / HTTP/1.1', 'GET', '/'],
    ['GET /a?b=c&d HTTP/2.0', 'GET', '/a?b=c&d'],
    ['POST / HTTP/1.1', 'POST', '/'],
    ['GET https://example.com/a HTTP/1.1', 'GET', 'https://example.com/a'],
    ['GET /', 'GET', '/'],
    ['GET /a b c HTTP/1.1', 'GET', '/a b c'],
    ['GET /a HTTP/1.1 HTTP/1.1', 'GET', '/a HTTP/1.1'],
    ['GET  HTTP/1.1', 'GET', ''],
    ['GET /a"b HTTP/1.1', 'GET', '/a"b'],
    ['GET /a\\"b HTTP/1.1', 'GET', '/a"b'],
    ['GET /a\\" b HTTP/1.1', 'GET', '/a" b'],
    ['GET /a\\x22b HTTP/1.1', 'GET', '/a"b'],
    ['GET /\\xc3\\xbc HTTP/1.1', 'GET', '/ü'],
    ['GET /\\xC3\\xBC\\xe2\\x82\\xac HTTP/1.1', 'GET', '/ü€'],
    ['GET /\\xff\\xfe HTTP/1.1', 'GET', '/\ufffd\ufffd'],
    ['GET /\\x0 HTTP/1.1', 'GET', '/x0'],
    ['GET /a\\\\ HTTP/1.1', 'GET', '/a\\'],
    ['GET /\\n\\r\\t\\v\\q HTTP/1.1', 'GET', '/\n\r\t\vq'],
    ['GET /\\__proto__ HTTP/1.1', 'GET', '/__proto__'],
    ['GET /] "x HTTP/1.1', 'GET', '/] "x'],
    ['GET /ü HTTP/1.1', 'GET', '/ü'],
    ['GET /\u0000\ud800 HTTP/1.1', 'GET', '/\u0000\ud800'],
    ['-', '', ''],
    ['', '', ''],
    ['\\x16\\x03\\x01\\x02', '', ''],
    ['\u0016\u0003\u0001', '', ''],
    ['get / HTTP/1.1', '', ''],
    ['\\x00GET / HTTP/1.1', '', ''],
    ['GET', '', ''],
    [`${'A'.repeat(21)} / HTTP/1.1`, '', ''],
    ['__proto__ / HTTP/1.1', '', ''],
  ])('%j', (request, method, target) => {
    expect(parseCommon(lineOf({ request }))).toMatchObject({ method, target, status: 200, agent: AGENT });
  });
});

describe('the agent', () => {
  test.each([
    ['a\\"b', 'a"b'],
    ['a\\" b', 'a" b'],
    ['a\\x22 b', 'a" b'],
    ['a"b', 'a"b'],
    ['"', '"'],
    ['a\\\\', 'a\\'],
    ['a\\\\\\"', 'a\\"'],
    ['Bj\\xc3\\xb6rk', 'Björk'],
    ['-', ''],
    ['\t', '\t'],
    ['\\x00', '\0'],
  ])('%j', (written, agent) => {
    expect(parseCommon(lineOf({ rest: ` 200 1 "-" "${written}"` }))?.agent).toBe(agent);
  });

  test('one with a quote and a space behind it that nobody has escaped is cut there', () => {
    expect(parseCommon(lineOf({ rest: ' 200 1 "-" "a" b"' }))?.agent).toBe('a');
  });
});

describe('the time', () => {
  test.each([
    ['29/Feb/2024:23:59:59 +0000', '2024-02-29T23:59:59Z'],
    ['01/Jan/2026:00:30:00 +0200', '2025-12-31T22:30:00Z'],
    ['31/Dec/2025:23:30:00 -0330', '2026-01-01T03:00:00Z'],
    ['30/Jun/2015:23:59:60 +0000', '2015-07-01T00:00:00Z'],
    ['17/May/2015:10:05:03 +1245', '2015-05-16T21:20:03Z'],
    ['17/May/2015:10:05:03 -0000', '2015-05-17T10:05:03Z'],
    ['01/Jan/1971:00:00:00 +2359', '1970-12-31T00:01:00Z'],
    ['31/Dec/9999:23:59:59 +0000', '9999-12-31T23:59:59Z'],
  ])('%s', (text, iso) => {
    expect(commonTime(text)).toBe(Date.parse(iso));
    expect(parseCommon(lineOf({ when: text }))?.time).toBe(Date.parse(iso));
  });

  test.each([
    ['29/Feb/2025:10:05:03 +0000'],
    ['31/Feb/2024:10:05:03 +0000'],
    ['31/Apr/2024:10:05:03 +0000'],
    ['00/May/2015:10:05:03 +0000'],
    ['32/May/2015:10:05:03 +0000'],
    ['17/may/2015:10:05:03 +0000'],
    ['17/MAY/2015:10:05:03 +0000'],
    ['17/Mai/2015:10:05:03 +0000'],
    ['17/05/2015:10:05:03 +0000'],
    ['7/May/2015:10:05:03 +0000'],
    ['17/May/15:10:05:03 +0000'],
    ['17/May/0015:10:05:03 +0000'],
    ['31/Dec/1969:23:59:59 +0000'],
    ['01/Jan/1970:00:00:00 +0100'],
    ['17/May/2015:24:00:00 +0000'],
    ['17/May/2015:10:60:03 +0000'],
    ['17/May/2015:10:05:61 +0000'],
    ['17/May/2015:10:05:03'],
    ['17/May/2015:10:05:03 UTC'],
    ['17/May/2015:10:05:03 0000'],
    ['17/May/2015:10:05:03 +00:00'],
    ['17/May/2015:10:05:03 +2400'],
    ['17/May/2015:10:05:03 +0060'],
    ['17/May/2015:10:05:03.123 +0000'],
    ['17/May/2015:10:05:03 +0000 '],
    ['2015-05-17T10:05:03+00:00'],
    ['Sun May 17 10:05:03 2015'],
    ['1431857103'],
    ['-'],
    [''],
  ])('%j is none', (text) => {
    expect(commonTime(text)).toBeUndefined();
    expect(parseCommon(lineOf({ when: text }))).toBeUndefined();
  });

  test('of any length is none', () => {
    expect(commonTime(`${'1'.repeat(MIB)}/May/2015:10:05:03 +0000`)).toBeUndefined();
  });

  test('does not stick to the second of the line before', () => {
    const times = ['03', '03', '04', '03', '99', '03'].map((second) => commonTime(WHEN.replace('03 ', `${second} `)));
    expect(times).toEqual([TIME, TIME, TIME + 1000, TIME, undefined, TIME]);
  });
});

describe('what is no line of these formats', () => {
  const whole = lineOf({ rest: ` 200 2326 "https://example.org/" "${AGENT}"` });

  test.each([
    ['a tab', whole.replaceAll(' ', '\t')],
    ['two spaces', whole.replaceAll(' ', '  ')],
    ['no status', lineOf({ rest: '' })],
    ['a status of two digits', lineOf({ rest: ' 20 1' })],
    ['a status of four digits', lineOf({ rest: ' 2000 1' })],
    ['a status that is none', lineOf({ rest: ' - 1' })],
    ['no bytes', lineOf({ rest: ' 200' })],
    ['bytes that are none', lineOf({ rest: ' 200 1.5' })],
    ['negative bytes', lineOf({ rest: ' 200 -1' })],
    ['a number that never ends', lineOf({ rest: ` 200 ${'1'.repeat(MIB)}` })],
    ['a carriage return', `${whole}\r`],
    ['a carriage return and nothing but the common format', `${lineOf({ rest: ' 200 1' })}\r`],
    ['an agent without its quote', whole.slice(0, -1)],
    ['an agent whose quote is escaped', `${whole.slice(0, -1)}\\"`],
    ['a referrer without its quote', lineOf({ rest: ' 200 1 "https://exa' })],
    ['no agent', lineOf({ rest: ' 200 1 "-"' })],
    ['an agent that does not begin', lineOf({ rest: ' 200 1 "-" ' })],
    ['a request without its quote', `192.0.2.1 - - [${WHEN}] "GET / HTTP/1.1`],
    ['a quote in the request with a space behind', lineOf({ request: 'GET /a" b HTTP/1.1' })],
    ['no brackets', whole.replace(/[[\]]/g, '')],
    ['nothing', ''],
    ['spaces', '   '],
    ['NUL', '\0'],
    ['a lone surrogate', '\ud800'],
    ['a byte order mark and nothing else', '\ufeff'],
    ['JSON', '{"ts":1}'],
    ['an error log of Apache', '[Sun May 17 10:05:03 2015] [error] [client 192.0.2.1] File does not exist: /a'],
    ['an error log of nginx', '2015/05/17 10:05:03 [error] 1#1: *1 open() "/a" failed, client: 192.0.2.1'],
    ['IIS', '2015-05-17 10:05:03 10.0.0.1 GET /a - 80 - 192.0.2.1 Mozilla/5.0 200 0 0 31'],
    ['the name of its fields', '%h %l %u %t "%r" %>s %b'],
  ])('%s', (_what, line) => {
    expect(parseCommon(line)).toBeUndefined();
  });

  test('unquoted fields behind the common format are none of a combined one', () => {
    const line = '192.0.2.1 - - [17/May/2015:10:05:03 +0000] "GET /a HTTP/1.1" 200 23 0.004 7';
    expect(parseCommon(line)).toMatchObject({ target: '/a', referrer: undefined, agent: undefined });
  });

  test('a line that is cut off anywhere behind its bytes', () => {
    const first = whole.indexOf(' "https');
    for (let end = first + 1; end < whole.length; end++) expect(parseCommon(whole.slice(0, end))).toBeUndefined();
  });
});

// What takes the square of its length would not end within the test's time.
describe('a line of 1 MiB', () => {
  const pieces = [
    '"',
    '\\',
    '[',
    ']',
    '] "',
    ' [',
    '\\"',
    '" ',
    ' ',
    '-',
    ':1',
    ':',
    '\\x',
    '\\x22',
    'a',
    ' HTTP/',
    '.',
  ];

  test.each(pieces)('of %j takes little time', (piece) => {
    const long = piece.repeat(MIB / piece.length);
    const lines = [
      long,
      lineOf({ who: long }),
      lineOf({ who: `example.com:443 ${long}` }),
      lineOf({ when: long }),
      lineOf({ request: long }),
      lineOf({ rest: ` 200 1 "-" "${long}"` }),
      lineOf({ rest: ` 200 1 "-" "${long}` }),
      lineOf({ rest: ` 200 ${long}` }),
      `${lineOf()} ${long}`,
    ];
    for (const line of lines) expect([undefined, TIME]).toContain(parseCommon(line)?.time);
  });
});

describe('what Apache writes', () => {
  /** Source: Apache HTTP Server, `ap_escape_logitem`; nginx's `escape=default` is `(text) => text.replace(/["\\]|[^ -~]/gu, bytes)`. */
  const bytes = (text: string) =>
    [...Buffer.from(text)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
  const SHORT = new Map([
    ['"', '\\"'],
    ['\\', '\\\\'],
    ['\n', '\\n'],
    ['\r', '\\r'],
    ['\t', '\\t'],
    ['\v', '\\v'],
    ['\b', '\\b'],
    ['\f', '\\f'],
  ]);
  const apache = (text: string) => text.replace(/["\\]|[^ -~]/gu, (one) => SHORT.get(one) ?? bytes(one));
  const nginx = (text: string) => text.replace(/["\\]|[^ -~]/gu, bytes);

  const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
  const two = (value: number) => String(value).padStart(2, '0');
  function timeText(time: number, offset: number): string {
    const local = new Date(time + offset * 60_000);
    const date = `${two(local.getUTCDate())}/${MONTHS[local.getUTCMonth()]}/${local.getUTCFullYear()}`;
    const size = Math.abs(offset);
    const zone = `${offset < 0 ? '-' : '+'}${two(Math.floor(size / 60))}${two(size % 60)}`;
    return `${date}:${local.toISOString().slice(11, 19)} ${zone}`;
  }

  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom('"', '\\', ' ', '[', ']', 'x', '2', '-', '\n', 'ü', '🦶', '\0') }),
  );
  const word = fc.string({ unit: fc.constantFrom('a', 'B', '[', ']', '9', ' ', 'ü', '"', ':') });
  const hit = fc.record({
    client: fc.oneof(fc.ipV4(), fc.ipV6(), fc.domain()),
    host: fc.option(fc.domain(), { nil: undefined }),
    user: word,
    second: fc.integer({ min: 31_622_400, max: 4_000_000_000 }),
    offset: fc.integer({ min: -12 * 60, max: 14 * 60 }),
    method: fc.constantFrom('GET', 'POST', 'PROPFIND'),
    target: text.map((rest) => `/${rest}`),
    status: fc.integer({ min: 100, max: 599 }),
    size: fc.option(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), { nil: '-' }),
    referrer: text,
    agent: text,
    more: fc.constantFrom('', ' 0.003', ' "-"', ' "[17/May/2015:10:05:03 +0000] "GET /'),
    escape: fc.constantFrom(apache, nginx),
  });

  test('is read back exactly', () => {
    fc.assert(
      fc.property(hit, ({ client, host, user, second, offset, size, more, escape, ...one }) => {
        const who = `${host === undefined ? '' : `${host}:443 `}${client} - ${escape(user) || '-'}`;
        const request = escape(`${one.method} ${one.target} HTTP/1.1`);
        const texts = `"${escape(one.referrer) || '-'}" "${escape(one.agent) || '-'}"`;
        const when = timeText(second * 1000, offset);
        const line = `${who} [${when}] "${request}" ${one.status} ${size} ${texts}${more}`;
        const present = (value: string) => (value === '-' ? '' : value);
        expect(parseCommon(line)).toEqual({
          client,
          host: host === undefined ? undefined : `${host}:443`,
          time: second * 1000,
          method: one.method,
          target: one.target,
          status: one.status,
          referrer: present(one.referrer) || undefined,
          agent: present(one.agent),
          language: undefined,
        });
      }),
      { numRuns: 1000 },
    );
  });

  test('anything else is a line or none, and never throws', () => {
    const piece = fc.constantFrom(
      '"',
      '\\',
      '] "',
      ' [',
      `[${WHEN}] "`,
      ' 200 1',
      ' ',
      '192.0.2.1',
      '\\x',
      'GET /',
      '\0',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string({ unit: 'binary' }))), (all) => {
        expect([undefined, TIME]).toContain(parseCommon(all.join(''))?.time);
      }),
      { numRuns: 1000 },
    );
  });
});
