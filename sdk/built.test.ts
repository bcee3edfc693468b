import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';

/** The built files, as they are published. */

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (file: string): string => readFileSync(`${root}/${file}`, 'utf8');

beforeAll(() => {
  execFileSync(process.execPath, ['scripts/build-sdk.ts'], { cwd: root });
}, 120_000);

describe('the script of the tag', () => {
  /** What may be downloaded, in bytes; the README says it in KB. Raise it only with a reason. */
  const GZIP_BYTES_MAX = 2400;
  const BROTLI_BYTES_MAX = 2100;

  test('is as small as the documents say', () => {
    const script = read('sdk/dist/s.js');
    const gzip = gzipSync(script, { level: 9 }).byteLength;
    const brotli = brotliCompressSync(script).byteLength;
    expect(gzip).toBeLessThanOrEqual(GZIP_BYTES_MAX);
    expect(brotli).toBeLessThanOrEqual(BROTLI_BYTES_MAX);
    const sentence = `${kilobytes(gzip)} KB with gzip, ${kilobytes(brotli)} KB with brotli`;
    for (const file of ['sdk/README.md', 'docs/sdk.md']) expect(read(file)).toContain(sentence);
  });

  test('has its private names mangled, and the names of the wire kept', () => {
    const script = read('sdk/dist/s.js');
    expect(script).not.toMatch(/\b_[a-z]\w+/i);
    for (const name of ['site', 'sent', 'user_id', 'engaged_ms', 'view_time', 'depth', 'interactive']) {
      expect(script).toMatch(new RegExp(`\\b${name}\\b`));
    }
  });

  test('keeps nothing on the device, and never listens for `unload`, which the back-forward cache forbids', () => {
    expect(read('sdk/dist/s.js')).not.toMatch(
      /localStorage|sessionStorage|cookie|indexedDB|\blocks\b|["'](before)?unload/,
    );
  });
});

describe('the module', () => {
  const file = 'sdk/dist/index.js';

  test('has two functions, and does nothing on a server', async () => {
    const module = (await import(new URL(`../${file}`, import.meta.url).href)) as Record<
      string,
      (...args: unknown[]) => unknown
    >;
    expect(Object.keys(module).sort()).toEqual(['init', 'track']);
    expect(module.track?.('early', { a: 1 })).toBeUndefined();
    expect(module.init?.({ site: 'example.com', endpoint: 'http://localhost:1/e' })).toBeUndefined();
    expect(module.track?.('later')).toBeUndefined();
  });

  test('imports nothing', () => {
    expect(read(file)).not.toMatch(/\bimport\b/);
  });
});

/** Rounded up to a tenth. */
function kilobytes(bytes: number): string {
  return (Math.ceil(bytes / 100) / 10).toFixed(1);
}
