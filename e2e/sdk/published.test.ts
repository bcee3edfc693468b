import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliDecompressSync } from 'node:zlib';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { publint } from 'publint';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { servers } from '../support/server.ts';

/** What others get: the script from a collector, the package from npm. */

const root = fileURLToPath(new URL('../..', import.meta.url));
const { folder, start } = servers();

/** An HTTP exchange as it is on the wire: `fetch` would unpack the body. */
function ask(
  url: string,
  headers: Record<string, string>,
  method = 'GET',
): Promise<{ answer: IncomingMessage; body: Buffer }> {
  return new Promise((resolve, reject) => {
    const going = request(url, { headers, method }, (answer) => {
      answer.toArray().then((chunks: Buffer[]) => resolve({ answer, body: Buffer.concat(chunks) }), reject);
    });
    going.once('error', reject).end();
  });
}

test('a collector as it is started serves the script that was built', async () => {
  const { collector, output } = await start({ folder: folder() });
  const built = readFileSync(join(root, 'sdk/dist/s.js'));
  const headers = { 'accept-encoding': 'gzip, br' };

  const whole = await ask(`${collector}/s.js`, headers);
  expect(whole.answer.statusCode).toBe(200);
  expect(whole.answer.headers['content-encoding']).toBe('br');
  expect(brotliDecompressSync(whole.body).equals(built)).toBe(true);

  const head = await ask(`${collector}/s.js`, headers, 'HEAD');
  expect(head.answer.headers['content-length']).toBe(String(whole.body.byteLength));
  expect(head.body.byteLength).toBe(0);

  const etag = whole.answer.headers.etag ?? '';
  const again = await ask(`${collector}/s.js`, { ...headers, 'if-none-match': etag });
  expect(again.answer.statusCode).toBe(304);

  const version = await ask(`${collector}/${String(whole.answer.headers['content-location'])}`, {});
  expect(version.body.equals(built)).toBe(true);
  expect(version.answer.headers['cache-control']).toContain('immutable');

  const port = new URL(collector).port;
  expect(output()).toContain(`<script defer src="http://localhost:${port}/s.js" data-site="example.com"></script>`);
  expect(output()).toMatch(/on this machine only, as long as the collector listens on loopback/);
});

describe('the npm package, packed and installed in an empty project', () => {
  const project = mkdtempSync(join(tmpdir(), 'footfall-sdk-'));
  const run = (command: string, ...args: string[]): string =>
    execFileSync(command, args, { cwd: project, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  let files: string[] = [];
  let tarball = '';

  beforeAll(() => {
    const answer = execFileSync('npm', ['pack', '--json', '--pack-destination', project], {
      cwd: join(root, 'sdk'),
      encoding: 'utf8',
    });
    // npm prints what `prepack` printed before it.
    const [packed] = JSON.parse(answer.slice(answer.search(/^\[/m))) as {
      filename: string;
      files: { path: string }[];
    }[];
    files = packed?.files.map(({ path }) => path) ?? [];
    tarball = join(project, packed?.filename ?? '');
    writeFileSync(join(project, 'package.json'), '{"private": true, "type": "module"}');
    run('npm', 'install', '--offline', '--no-audit', '--no-fund', tarball);
  });
  afterAll(() => rmSync(project, { recursive: true, force: true, maxRetries: 3 }));

  test('has the built files and the readme, and no sources or tests', () => {
    expect(files).toEqual(
      expect.arrayContaining([
        'package.json',
        'README.md',
        'dist/index.js',
        'dist/index.d.ts',
        'dist/react.js',
        'dist/react.d.ts',
        'dist/s.js',
        'dist/s.all.js',
      ]),
    );
    expect(
      files.filter(
        (path) =>
          !/^(package\.json|README\.md|dist\/((modules\/|tags\/)?[\w-]+\.d\.ts|(index|react|tag)\.js|s(\.\w+)?\.js))$/.test(
            path,
          ),
      ),
    ).toEqual([]);
  });

  test('publint finds nothing to say', async () => {
    const bytes = new Uint8Array(readFileSync(tarball)).buffer;
    const { messages } = await publint({ pack: { tarball: bytes }, strict: true });
    expect(messages).toEqual([]);
  });

  test('Are The Types Wrong finds nothing wrong for who imports it, each entry alike', () => {
    const attw = join(root, 'node_modules/@arethetypeswrong/cli/dist/index.js');
    // It has ES modules only. What is wrong elsewhere ends this with an error.
    const told = run(process.execPath, attw, tarball, '--profile', 'esm-only', '--format', 'ascii');
    const { exports } = JSON.parse(readFileSync(join(root, 'sdk/package.json'), 'utf8')) as { exports: object };
    expect(Object.keys(exports)).toContain('./react');
    expect([...told.matchAll(/^"footfall-sdk(.*)"$/gm)].map(([, name]) => `.${name}`)).toEqual(Object.keys(exports));
  });

  test('is a module for Node, where it does nothing', () => {
    const program = `import { init, track } from 'footfall-sdk'; init({ site: 'a', endpoint: '/e' }); track('a'); console.log('ok')`;
    expect(run(process.execPath, '--input-type=module', '--eval', program)).toBe('ok\n');
  });

  test('brings no React, and uses the one of the app with the one copy of itself', () => {
    expect(existsSync(join(project, 'node_modules/react'))).toBe(false);
    const react = readFileSync(join(project, 'node_modules/footfall-sdk/dist/react.js'), 'utf8');
    expect(new Set([...react.matchAll(/from '(.*)'/g)].map(([, name]) => name))).toEqual(
      new Set(['footfall-sdk', 'react']),
    );
    expect(react).toMatch(/^'use client';\n/);
  });

  test.each(['nodenext', 'bundler'])('its types are right for who uses it (%s)', (moduleResolution) => {
    const module = moduleResolution === 'bundler' ? 'esnext' : 'nodenext';
    const compilerOptions = { strict: true, noEmit: true, module, moduleResolution, lib: ['es2022'], types: [] };
    const check = (name: string, source: string): void => {
      mkdirSync(join(project, name), { recursive: true });
      writeFileSync(join(project, name, 'app.ts'), source);
      writeFileSync(join(project, name, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['app.ts'] }));
      run(process.execPath, join(root, 'node_modules/typescript/bin/tsc'), '-p', name);
    };
    // React's part knows neither React nor a DOM, and needs neither.
    const good = `import { init, track } from 'footfall-sdk';
      import type { Options, Props, TrackOptions } from 'footfall-sdk';
      import { Footfall, useTrack } from 'footfall-sdk/react';
      const options: Options = { site: 'a', endpoint: '/e' };
      init({ ...options, auto: false, userId: undefined });
      const props: Props = { a: 1, b: null };
      const how: TrackOptions = { interactive: false };
      track('a', props, how);
      const nothing: null = Footfall(options);
      useTrack()('a', props, how);
      useTrack<{ signup: { plan: 'free' | 'pro' } }>()('signup', { plan: 'pro' });`;
    expect(() => check('good', good)).not.toThrow();
    const untyped = `import 'footfall-sdk/tag'; footfall('anything', { a: 1 }); footfall.q?.length;`;
    expect(() => check('untyped', untyped)).not.toThrow();
    const typed = `import 'footfall-sdk/tag';
      declare global { interface FootfallEvents { signup: { plan: 'free' | 'pro' }; logout: undefined } }
      footfall('signup', { plan: 'pro' }); footfall('logout'); footfall('pageview', null, { url: 'https://a.example/' });`;
    expect(() => check('typed', typed)).not.toThrow();
    expect(() => check('typed-bad', `${typed} footfall('signup', { plan: 'gold' }); footfall('other');`)).toThrow(
      expect.objectContaining({
        stdout: expect.stringMatching(/'"gold"' is not assignable[^]*'"other"' is not assignable/),
      }),
    );
    const bad = `import { init } from 'footfall-sdk';
      import { useTrack } from 'footfall-sdk/react';
      init({ site: 'a' });
      useTrack<{ signup: { plan: 'free' | 'pro' } }>()('signup', { plan: 'gold' });`;
    expect(() => check('bad', bad)).toThrow(
      expect.objectContaining({
        stdout: expect.stringMatching(/'endpoint' is missing[^]*'"gold"' is not assignable/),
      }),
    );
  });
});
