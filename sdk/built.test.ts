import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import terser from '@rollup/plugin-terser';
import { rollup } from 'rollup';
import { parse } from 'acorn';
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
    const bytes = await sizeWith();
    expect(bytes).toBeLessThanOrEqual(2000);
    expect(bytes).toBeLessThan(brotliCompressSync(read('sdk/dist/index.js')).byteLength / 2);
  });

  test('of each module by itself is what the document says', async () => {
    const core = await sizeWith();
    const told = [...read('docs/sdk.md').matchAll(/^\| `(\w+)` \| .* \| (\d+) bytes \|$/gm)];
    const sizes = Object.fromEntries(told.map(([, name, size]) => [name, Number(size)]));
    const found = await Promise.all(
      Object.keys(sizes).map(async (name) => [name, rounded((await sizeWith(name)) - core)] as const),
    );
    expect(Object.fromEntries(found)).toEqual(sizes);
    const everyOne = read('sdk/src/modules/all.ts').match(/\b\w+(?=\(\)[,\]])/g) ?? [];
    const full = read('sdk/src/modules/full.ts').match(/\b\w+(?=\(\)[,\]])/g) ?? [];
    expect(Object.keys(sizes).sort()).toEqual([...everyOne.filter((name) => name !== 'full'), ...full].sort());
  });
});

test.each([
  ['s.core.js', 'script'],
  ['s.js', 'script'],
  ['s.all.js', 'script'],
  ['index.js', 'module'],
  ['react.js', 'module'],
] as const)('%s is JavaScript of 2020', (file, sourceType) => {
  const code = read(`sdk/dist/${file}`);
  expect(() => parse(code, { ecmaVersion: 2020, sourceType })).not.toThrow();
  expect(() => parse(code, { ecmaVersion: 2019, sourceType })).toThrow('Unexpected token');
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

/** Bytes of an app that picks the core, and the modules that are named. */
async function sizeWith(...modules: string[]): Promise<number> {
  const parts = modules.map((name) => `, ${name}()`).join('');
  const source = `import { ${['initCore', 'track', ...modules].join()} } from 'footfall-sdk'; initCore({ site: 'a', endpoint: '/e' }${parts}); track('b');`;
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
  return brotliCompressSync(output[0].code).byteLength;
}

/** Up, to 10. */
function rounded(bytes: number): number {
  return Math.ceil(bytes / 10) * 10;
}

/** Rounded up to a tenth. */
function kilobytes(bytes: number): string {
  return (Math.ceil(bytes / 100) / 10).toFixed(1);
}
