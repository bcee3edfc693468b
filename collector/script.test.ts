import { createHash } from 'node:crypto';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { Hono } from 'hono';
import { describe, expect, test } from 'vitest';
import { routeScript } from './script.ts';

const SOURCE = `window.footfall = () => ${JSON.stringify('ü'.repeat(500))};\n`;
const body = new TextEncoder().encode(SOURCE);
const hash = createHash('sha256').update(body).digest('hex').slice(0, 12);

function served(path = '/s.js') {
  const app = new Hono();
  routeScript(app, { body }, path);
  return (url: string, headers: Record<string, string> = {}, method = 'GET') => app.request(url, { method, headers });
}

describe('the script by its plain name', () => {
  test('is JavaScript that any page may load, kept for a day', async () => {
    const answer = await served()('/s.js');
    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe(SOURCE);
    expect(Object.fromEntries(answer.headers)).toEqual({
      'access-control-allow-origin': '*',
      'cache-control': 'public, max-age=86400',
      'content-length': String(body.byteLength),
      'content-location': `s.${hash}.js`,
      'content-type': 'text/javascript; charset=utf-8',
      'cross-origin-resource-policy': 'cross-origin',
      etag: `"${hash}"`,
      vary: 'accept-encoding',
      'x-content-type-options': 'nosniff',
    });
  });

  test.each([
    ['gzip, deflate, br, zstd', 'br'],
    ['BR;q=0.1, gzip', 'br'],
    ['gzip', 'gzip'],
    ['br;q=0, gzip;q=0.5', 'gzip'],
    ['br;q=0.0, gzip;q=0.000', null],
    ['identity', null],
    ['brr, x-gzip', null],
    ['', null],
  ])('a browser that takes "%s" gets %s', async (accepted, encoding) => {
    const answer = await served()('/s.js', { 'accept-encoding': accepted });
    expect(answer.headers.get('content-encoding')).toBe(encoding);
    const bytes = new Uint8Array(await answer.arrayBuffer());
    expect(answer.headers.get('content-length')).toBe(String(bytes.byteLength));
    const plain = encoding === 'br' ? brotliDecompressSync(bytes) : encoding === 'gzip' ? gunzipSync(bytes) : bytes;
    expect(new TextDecoder().decode(plain)).toBe(SOURCE);
  });

  test('each form has an ETag and a length of its own', async () => {
    const ask = served();
    const forms = new Map<string | null, string | null>();
    for (const accepted of ['br', 'gzip', '']) {
      const { headers } = await ask('/s.js', { 'accept-encoding': accepted });
      forms.set(headers.get('etag'), headers.get('content-length'));
    }
    const [br, gzip, plain] = [...forms.values()].map(Number);
    expect(br).toBeLessThan(gzip ?? 0);
    expect(gzip).toBeLessThan((plain ?? 0) / 2);
  });

  test.each(['', 'W/'])('a browser that has it already is told so (%j)', async (weak) => {
    const ask = served();
    const encoding = { 'accept-encoding': 'br' };
    const etag = (await ask('/s.js', encoding)).headers.get('etag');
    const answer = await ask('/s.js', { ...encoding, 'if-none-match': `"other", ${weak}${etag}` });
    expect(answer.status).toBe(304);
    expect(await answer.text()).toBe('');
    expect(answer.headers.get('etag')).toBe(etag);
    expect(answer.headers.get('cache-control')).toBe('public, max-age=86400');
    expect(answer.headers.get('content-encoding')).toBeNull();
  });

  test('a browser that has another gets this one', async () => {
    expect((await served()('/s.js', { 'if-none-match': `"other", "${hash.slice(1)}"` })).status).toBe(200);
  });

  test('HEAD has the headers and no body', async () => {
    const answer = await served()('/s.js', { 'accept-encoding': 'gzip' }, 'HEAD');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('etag')).toBe(`"${hash}-gzip"`);
    expect(Number(answer.headers.get('content-length'))).toBeGreaterThan(0);
    expect(await answer.text()).toBe('');
  });

  test('POST is not for it', async () => {
    expect((await served()('/s.js', {}, 'POST')).status).toBe(404);
  });
});

describe('the script by the name with its hash', () => {
  test('is kept for a year', async () => {
    const answer = await served()(`/s.${hash}.js`, { 'accept-encoding': 'br' });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(answer.headers.get('content-encoding')).toBe('br');
  });

  test('of another version is this version, kept for a day', async () => {
    const answer = await served()('/s.0123456789ab.js');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('public, max-age=86400');
  });

  test.each(['/s.0123.js', '/s.0123456789abc.js', '/sX0123456789ab.js', '/s.0123456789ab', '/s.js/'])(
    '%s is nothing',
    async (url) => {
      expect((await served()(url)).status).toBe(404);
    },
  );
});

test.each([
  ['/files/count+me.js', '/files/count+me.'],
  ['/lib', '/lib.'],
])('another path: %s', async (path, start) => {
  const ask = served(path);
  expect((await ask(path)).headers.get('content-location')).toBe(`${start.split('/').at(-1)}${hash}.js`);
  expect((await ask(`${start}${hash}.js`)).headers.get('cache-control')).toContain('immutable');
  expect((await ask('/s.js')).status).toBe(404);
});

test('mounted in another app', async () => {
  const own = new Hono();
  routeScript(own, { body }, '/s.js');
  const app = new Hono().route('/analytics', own);
  expect(await (await app.request('/analytics/s.js')).text()).toBe(SOURCE);
  expect((await app.request(`/analytics/s.${hash}.js`)).headers.get('cache-control')).toContain('immutable');
});
