import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { pages } from './pages.ts';

const folder = mkdtempSync(join(tmpdir(), 'footfall-pages-'));
afterAll(() => rmSync(folder, { recursive: true }));
mkdirSync(join(folder, 'assets'));
mkdirSync(join(folder, 'demo'));
writeFileSync(join(folder, 'index.html'), `<!doctype html><title>Dashboard</title>${' '.repeat(500)}`);
writeFileSync(join(folder, 'favicon.svg'), '<svg/>');
writeFileSync(join(folder, 'assets/index-abc.js'), 'console.log(1);'.repeat(50));
writeFileSync(join(folder, 'demo/index.html'), '<script src="__COLLECTOR__/s.js" data-site="__SITE__"></script>');
writeFileSync(join(folder, 'notes.txt'), 'not for the web');

const collectorUrl = 'http://localhost:3001';
const app = pages({ folder, demo: { collectorUrl, site: 'demo' } });

describe('pages', () => {
  test('the dashboard, with nothing allowed but its own files', async () => {
    const answer = await app.request('/');
    expect(await answer.text()).toContain('<title>Dashboard</title>');
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(answer.headers.get('cache-control')).toBe('no-cache');
    const csp = answer.headers.get('content-security-policy') ?? '';
    expect(csp).toContain("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';");
    expect(csp).toContain("frame-ancestors 'none'");
    expect(csp).not.toContain('unsafe');
  });

  test('files whose name holds their hash for a year', async () => {
    const answer = await app.request('/assets/index-abc.js');
    expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(answer.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
  });

  test('packed for those that take it', async () => {
    const plain = await app.request('/assets/index-abc.js');
    const packed = await app.request('/assets/index-abc.js', { headers: { 'accept-encoding': 'br, gzip' } });
    expect(packed.headers.get('content-encoding')).toBe('gzip');
    expect(gunzipSync(await packed.arrayBuffer()).toString()).toBe(await plain.text());
    expect(packed.headers.get('etag')).not.toBe(plain.headers.get('etag'));
  });

  test('not again for those that have it', async () => {
    const etag = (await app.request('/')).headers.get('etag') ?? '';
    const again = await app.request('/', { headers: { 'if-none-match': `"other", W/${etag}` } });
    expect([again.status, await again.text()]).toEqual([304, '']);
    expect((await app.request('/', { headers: { 'if-none-match': '"other"' } })).status).toBe(200);
  });

  test('the demo pages, which may load the script and be framed by the dashboard', async () => {
    const answer = await app.request('/demo/');
    expect(await answer.text()).toBe('<script src="http://localhost:3001/s.js" data-site="demo"></script>');
    const csp = answer.headers.get('content-security-policy') ?? '';
    expect(csp).toContain(`script-src 'self' ${collectorUrl}; `);
    expect(csp).toContain(`connect-src ${collectorUrl}; `);
    expect(csp).toContain("frame-ancestors 'self'");
  });

  test('no demo pages where there is no demo, and no other file at all', async () => {
    const without = pages({ folder });
    expect((await without.request('/demo/')).status).toBe(404);
    expect((await without.request('/')).status).toBe(200);
    for (const path of ['/notes.txt', '/../package.json', '/demo', '/assets/', '/%2e%2e/package.json']) {
      expect([path, (await app.request(path)).status]).toEqual([path, 404]);
    }
  });
});
