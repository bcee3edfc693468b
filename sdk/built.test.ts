import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import terser from '@rollup/plugin-terser';
import { rollup } from 'rollup';
import { beforeAll, describe, expect, test } from 'vitest';

/** The built files, as they are published. */

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (file: string): string => readFileSync(`${root}/${file}`, 'utf8');

beforeAll(() => {
  execFileSync(process.execPath, ['scripts/build-sdk.ts'], { cwd: root });
}, 120_000);

/** Bytes as they are sent, by brotli 11. */
const brotli = (file: string): number => brotliCompressSync(read(`sdk/dist/${file}`)).byteLength;

describe('the size', () => {
  /** 1 KB is 1,000 bytes. The first two are promises; the others are what those parts come to. */
  test.each([
    ['s.core.js', 1500],
    ['s.full.js', 3000],
    ['s.js', 3400],
    ['s.all.js', 4700],
  ])('of %s is at most %i bytes', (file, bytesMax) => {
    expect(brotli(file)).toBeLessThanOrEqual(bytesMax);
  });

  test('is what the documents say', () => {
    for (const file of ['s.core.js', 's.js', 's.all.js']) {
      expect(read('docs/sdk.md')).toMatch(
        new RegExp(`/${file.replaceAll('.', '\\.')}.*\\| ${kilobytes(brotli(file))} KB \\|`),
      );
    }
    expect(read('docs/sdk.md')).toContain(`(together ${kilobytes(brotli('s.full.js'))} KB)`);
    const sentence = `${kilobytes(brotli('s.core.js'))} KB for the core, ${kilobytes(brotli('s.full.js'))} KB for all that loses nothing, ${kilobytes(brotli('s.js'))} KB as it is served`;
    for (const file of ['sdk/README.md', 'README.md']) expect(read(file)).toContain(sentence);
  });

  test('of what is left when an app picks the core alone is not more than the script of the core and what npm adds', async () => {
    const source =
      "import { initCore, track } from 'footfall-sdk'; initCore({ site: 'a', endpoint: '/e' }); track('b');";
    const bundle = await rollup({
      input: 'app.js',
      plugins: [
        {
          name: 'app',
          resolveId: (id) => (id === 'app.js' ? id : `${root}/sdk/dist/index.js`),
          load: (id) => (id === 'app.js' ? source : null),
        },
      ],
    });
    const { output } = await bundle.generate({ format: 'es', plugins: [terser({ module: true })] });
    const bytes = brotliCompressSync(output[0].code).byteLength;
    expect(bytes).toBeLessThanOrEqual(2000);
    expect(bytes).toBeLessThan(brotliCompressSync(read('sdk/dist/index.js')).byteLength / 2);
  });
});

describe('the script of the tag', () => {
  test('has its private names mangled, and the names of the wire kept', () => {
    const script = read('sdk/dist/s.js');
    expect(script).not.toMatch(/\b_[a-z]\w+/i);
    for (const name of ['site', 'sent', 'user_id', 'engaged_ms', 'view_time', 'depth']) {
      expect(script).toMatch(new RegExp(`\\b${name}\\b`));
    }
  });

  test('has a line for early calls, whose hash for a Content-Security-Policy is what the document says', () => {
    const docs = read('docs/sdk.md');
    const [, line = ''] = /<script>(var footfall.*)<\/script>/.exec(docs) ?? [];
    expect(line.length).toBeLessThanOrEqual(70);
    expect(docs).toContain(`'sha256-${createHash('sha256').update(line).digest('base64')}'`);
    const pages = ['index', 'plants', 'journal'].map((name) => read(`examples/script-tag/pages/${name}.html`));
    for (const page of pages) expect(page).toContain(line);
  });

  test('never listens for `unload`, which the back-forward cache forbids, and knows no storage but the one that is chosen', () => {
    for (const file of ['s.js', 's.all.js']) {
      expect(read(`sdk/dist/${file}`)).not.toMatch(/sessionStorage|cookie|indexedDB|\blocks\b|["'](before)?unload/);
    }
    // It reads that a person has opted out.
    expect(read('sdk/dist/s.core.js').match(/localStorage[^)]*/g)).toEqual(['localStorage.footfallOut']);
  });
});

describe('the module', () => {
  const file = 'sdk/dist/index.js';

  test('has these names, and does nothing on a server', async () => {
    const module = (await import(new URL(`../${file}`, import.meta.url).href)) as Record<
      string,
      (...args: unknown[]) => unknown
    >;
    expect(Object.keys(module).sort()).toEqual([
      'consent',
      'consents',
      'createTracker',
      'delivery',
      'destroy',
      'downloads',
      'edits',
      'engagement',
      'explain',
      'forms',
      'init',
      'initCore',
      'later',
      'notFound',
      'optIn',
      'optOut',
      'outbound',
      'outbox',
      'ownVisits',
      'pages',
      'tagged',
      'track',
    ]);
    expect(await module.track?.('early', { a: 1 })).toBe('dropped');
    expect(module.init?.({ site: 'example.com', endpoint: 'http://localhost:1/e' })).toBeUndefined();
    expect(await module.track?.('later')).toBe('dropped');
    for (const name of ['optIn', 'optOut', 'destroy']) expect(module[name]?.()).toBeUndefined();
    expect(module.consent?.('granted')).toBeUndefined();
  });

  test('imports nothing', () => {
    expect(read(file)).not.toMatch(/\bimport\b/);
  });
});

/** Rounded up to a tenth. */
function kilobytes(bytes: number): string {
  return (Math.ceil(bytes / 100) / 10).toFixed(1);
}
