import { describe, expect, test } from 'vitest';
import { parseCaddy } from './caddy.ts';

const AGENT = 'Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0';
const TIME = Date.UTC(2024, 2, 1, 12, 0, 0, 250);

/** As Caddy 2.8 writes it, whole. */
const LINE =
  '{"level":"info","ts":1709294400.2501223,"logger":"http.log.access.log0","msg":"handled request","request":' +
  '{"remote_ip":"10.0.0.7","remote_port":"41342","client_ip":"203.0.113.9","proto":"HTTP/2.0","method":"GET",' +
  '"host":"example.com:8443","uri":"/pricing?utm_source=a","headers":{"Accept-Encoding":["gzip, br"],' +
  `"User-Agent":["${AGENT}"],"Referer":["https://example.org/"],"Accept-Language":["de-CH,de;q=0.9"],"Cookie":[` +
  '"REDACTED"]},"tls":{"resumed":false,"version":772,"cipher_suite":4865,"proto":"h2","server_name":"example.com"}},' +
  '"bytes_read":0,"user_id":"","duration":0.000929675,"size":10900,"status":200,"resp_headers":{"Server":["Caddy"]}}';

type Line = Record<string, unknown> & { request: Record<string, unknown> };

function lineOf(more: Record<string, unknown> = {}, request: Record<string, unknown> = {}): Line {
  const whole = JSON.parse(LINE) as Line;
  return { ...whole, ...more, request: { ...whole.request, ...request } };
}

describe('parseCaddy', () => {
  test('reads a line of the access log', () => {
    expect(parseCaddy(JSON.parse(LINE))).toEqual({
      client: '203.0.113.9',
      host: 'example.com:8443',
      time: TIME,
      method: 'GET',
      target: '/pricing?utm_source=a',
      status: 200,
      referrer: 'https://example.org/',
      agent: AGENT,
      language: 'de-CH,de;q=0.9',
    });
  });

  test.each([
    [{}, '203.0.113.9'],
    [{ client_ip: undefined }, '10.0.0.7'],
    [{ client_ip: '' }, '10.0.0.7'],
    [{ client_ip: undefined, remote_ip: undefined, remote_addr: '10.0.0.7:41342' }, '10.0.0.7:41342'],
    [{ client_ip: undefined, remote_ip: undefined, remote_addr: '[2001:db8::1]:41342' }, '[2001:db8::1]:41342'],
  ])('the client, by the version of Caddy: %j', (request, client) => {
    expect(parseCaddy(lineOf({}, request))?.client).toBe(client);
  });

  test.each([
    ['unix_seconds_float', 1709294400.2501223],
    ['unix_milli_float', 1709294400250.1223],
    ['unix_nano', 1709294400250122300],
    ['iso8601', '2024-03-01T12:00:00.250Z'],
    ['iso8601 elsewhere', '2024-03-01T13:00:00.250+0100'],
    ['rfc3339_nano', '2024-03-01T13:00:00.250122300+01:00'],
    ['wall_milli', '2024/03/01 12:00:00.250'],
    ['wall_nano', '2024/03/01 12:00:00.250122300'],
  ])('the time, as %s', (_format, ts) => {
    expect(parseCaddy(lineOf({ ts }))?.time).toBe(TIME);
  });

  test.each([
    ['rfc3339', '2024-03-01T12:00:00Z'],
    ['wall', '2024/03/01 12:00:00'],
    ['common_log', '01/Mar/2024:13:00:00 +0100'],
    ['whole seconds', 1709294400],
  ])('the time to the second, as %s', (_format, ts) => {
    expect(parseCaddy(lineOf({ ts }))?.time).toBe(TIME - 250);
  });

  test.each([
    [-1],
    [1e300],
    [-1e300],
    [8.64e21 + 1e7],
    [Number.NaN],
    [Number.POSITIVE_INFINITY],
    [null],
    [true],
    [[1709294400]],
    [{}],
    [''],
    ['5'],
    ['1709294400'],
    ['yesterday 5'],
    ['2024'],
    ['2024-03-01'],
    ['2024-03-01T12:00:00'],
    ['2024-13-01T12:00:00Z'],
    ['2024/13/01 12:00:00'],
    ['2024/03/01 25:00:00'],
    ['2024/03/01'],
    ['1969-12-31T23:59:59Z'],
    ['+275760-09-13T00:00:00Z'],
  ])('the time %j is none', (ts) => {
    expect(parseCaddy(lineOf({ ts }))).toBeUndefined();
  });

  test('a time of any length is none', () => {
    const long = '1'.repeat(1024 * 1024);
    for (const ts of [long, `2024/03/01 12:00:00.${long}`]) expect(parseCaddy(lineOf({ ts }))).toBeUndefined();
  });

  test('has an empty agent where none was sent, and none where headers are not logged', () => {
    expect(parseCaddy(lineOf({}, { headers: {} }))).toMatchObject({ agent: '', referrer: undefined });
    expect(parseCaddy(lineOf({}, { headers: { 'User-Agent': [] } }))?.agent).toBe('');
    expect(parseCaddy(lineOf({}, { headers: undefined }))?.agent).toBeUndefined();
  });

  test('takes the first of headers that came twice', () => {
    const headers = { 'User-Agent': ['a', 'b'], Referer: ['', 'c'], 'Accept-Language': ['de', 'en'] };
    expect(parseCaddy(lineOf({}, { headers }))).toMatchObject({ agent: 'a', referrer: undefined, language: 'de' });
  });

  test('has no host where none was sent', () => {
    expect(parseCaddy(lineOf({}, { host: '' }))?.host).toBeUndefined();
    expect(parseCaddy(lineOf({}, { host: undefined }))?.host).toBeUndefined();
  });

  // An error is logged with its request, beside the access log's own line of it.
  test.each([
    ['http.log.error'],
    ['http.log.error.log0'],
    ['http.handlers.reverse_proxy'],
    ['tls'],
    [''],
    ['__proto__'],
  ])('a line of the logger %j is none', (logger) => {
    expect(parseCaddy(lineOf({ logger }))).toBeUndefined();
  });

  test.each([['http.log.access'], ['http.log.access.log0'], ['http.log.access.example.com'], [undefined]])(
    'a line of the logger %j is one',
    (logger) => {
      expect(parseCaddy(lineOf({ logger }))).toBeDefined();
    },
  );

  test.each([
    ['{"level":"info","ts":1709294400.25,"msg":"using config from file","file":"/etc/caddy/Caddyfile"}'],
    ['{"level":"info","ts":1709294400.25,"logger":"tls.obtain","msg":"acquiring lock","identifier":"example.com"}'],
    ['{"level":"warn","ts":1709294400.25,"logger":"http.log.error","msg":"dial tcp","request":{},"status":502}'],
    ['{}'],
    ['[]'],
    ['null'],
    ['0'],
    ['"x"'],
    ['[[]]'],
  ])('%s is none', (text) => {
    expect(parseCaddy(JSON.parse(text))).toBeUndefined();
  });
});

describe('hostile JSON', () => {
  const wrong: unknown[] = [null, 0, true, [], {}, [1], { a: 1 }];

  test.each([
    ...wrong.flatMap((value) => [
      ['uri', { uri: value }],
      ['method', { method: value }],
      ['host', { host: value }],
      ['client_ip', { client_ip: value }],
      ['remote_ip', { remote_ip: value }],
      ['the agent', { headers: { 'User-Agent': [value] } }],
      ['the referrer', { headers: { Referer: [{ length: value }] } }],
    ]),
    ['headers', { headers: null }],
    ['headers', { headers: [] }],
    ['headers', { headers: { 'User-Agent': AGENT } }],
    ['uri', { uri: undefined }],
    ['method', { method: undefined }],
    ['clients', { client_ip: undefined, remote_ip: undefined }],
    ['clients', { client_ip: '', remote_ip: '', remote_addr: '' }],
  ] as [string, Record<string, unknown>][])('%s of a wrong type: %j', (_what, request) => {
    expect(parseCaddy(lineOf({}, request))).toBeUndefined();
  });

  test.each([[null], ['200'], [200.5], [true], [[200]], [undefined]])('the status %j', (status) => {
    expect(parseCaddy(lineOf({ status }))).toBeUndefined();
  });

  test.each([[null], ['x'], [[]], [undefined], [1]])('the request %j', (request) => {
    expect(parseCaddy({ ...lineOf(), request })).toBeUndefined();
  });

  test('names that are special are ordinary ones', () => {
    const json: unknown = JSON.parse(
      `{"__proto__":{"status":200,"ts":1},"constructor":{"prototype":{"ts":1}},"request":{"__proto__":{"uri":"/a"}}}`,
    );
    expect(parseCaddy(json)).toBeUndefined();
    const inner = LINE.replace('"headers":{', '"__proto__":{"uri":"/evil"},"headers":{"__proto__":["x"],');
    expect(parseCaddy(JSON.parse(inner))).toMatchObject({ target: '/pricing?utm_source=a', agent: AGENT });
    expect(({} as Record<string, unknown>).uri).toBeUndefined();
  });

  test('depth and number of names do not matter', () => {
    const deep = LINE.replace('"tls":{', `"deep":${'['.repeat(100_000)}${']'.repeat(100_000)},"tls":{`);
    expect(parseCaddy(JSON.parse(deep))?.client).toBe('203.0.113.9');
    const many = Object.fromEntries(Array.from({ length: 50_000 }, (_, n) => [`h${n}`, [AGENT]]));
    expect(parseCaddy(lineOf({}, { headers: many }))).toMatchObject({ agent: '' });
  });

  test('what is not clean passes as it is: it is cleaned where it goes on', () => {
    const hit = parseCaddy(lineOf({}, { uri: '/\0\ud800', headers: { 'User-Agent': ['\0'] } }));
    expect(hit).toMatchObject({ target: '/\0\ud800', agent: '\0' });
  });
});
