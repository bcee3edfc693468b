import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Project } from './project.ts';
import { freePort, installedPackage, root } from './project.ts';

const EVENT = { site_id: 'example.com', event_type: 'page_view', path: '/pricing', user_id: 'u1' };

describe('the package, packed and installed in an empty project', () => {
  let project: Project;
  beforeAll(async () => {
    project = await installedPackage('hono');
  });
  afterAll(() => project.remove());

  test('contains what runs, and nothing else', () => {
    const needed = ['bin/footfall.js', 'dist/server/cli.js', 'dist/server/index.d.ts', 'LICENSE', 'README.md'];
    expect(needed.filter((path) => !project.packed.includes(path))).toEqual([]);
    const surplus = project.packed.filter(
      (path) =>
        /\.(test|contract|reference)\.|simulation|^(e2e|bench|scripts|data|docs)\//.test(path) ||
        /(?<!\.d)\.ts$/.test(path),
    );
    expect(surplus).toEqual([]);
  });

  test('npx footfall --version', async () => {
    expect(await project.run('npx', '--no-install', 'footfall', '--version')).toContain(project.version);
  });

  test('an old Node.js is told which one is needed', async () => {
    const old = `data:text/javascript,Object.defineProperty(process,'versions',{value:{node:'20.19.0'}})`;
    const run = project.run(process.execPath, '--import', old, 'node_modules/footfall/bin/footfall.js', '--version');
    await expect(run).rejects.toThrow(/needs Node\.js 24 or later/);
  });

  test('npx footfall start takes events and answers with their numbers', async () => {
    const [port, reportingPort] = [await freePort(), await freePort()];
    const env = { PORT: `${port}`, REPORTING_PORT: `${reportingPort}`, DATA: join(project.folder, 'data') };
    const footfall = project.start(env, 'npx', '--no-install', 'footfall', 'start');
    try {
      await vi.waitFor(() => fetch(`http://127.0.0.1:${port}/healthz`), { timeout: 60_000, interval: 100 });
      const answer = await post(`http://127.0.0.1:${port}/event`, { ...EVENT, ip: '8.8.8.8' });
      expect(answer.status).toBe(202);
      expect(await answer.json()).toMatchObject({ status: 'accepted', event_id: expect.any(String) });

      const stats = `http://127.0.0.1:${reportingPort}/stats?site_id=example.com&date=${today()}`;
      await vi.waitFor(async () => expect(await (await fetch(stats)).json()).toMatchObject({ total_views: 1 }), {
        timeout: 30_000,
        interval: 100,
      });
      expect(await readdir(env.DATA)).not.toEqual([]);

      // The countries come in a package of their own.
      const question = { site_id: 'example.com', date_range: '7d', metrics: ['visits'], dimensions: ['country'] };
      const told = async (): Promise<unknown> =>
        (await post(`http://127.0.0.1:${reportingPort}/api/v1/query`, question)).json();
      await expect.poll(told).toMatchObject({ results: [{ dimensions: ['US'], metrics: [1] }] });
    } catch (error) {
      throw new Error(footfall.output(), { cause: error });
    } finally {
      await footfall.stop();
    }
  });

  test("the collector is mounted in another Hono app, beside the app's own routes", async () => {
    await project.write('app.js', MOUNT);
    expect(JSON.parse(await project.run(process.execPath, '--no-warnings', 'app.js'))).toEqual({
      own: 'hello',
      status: 202,
      answer: { status: 'accepted', event_id: expect.any(String) },
    });
  });

  test('the types are right for who uses it', async () => {
    await project.write('app.ts', MOUNT);
    await project.write('wrong.ts', "import { collector } from 'footfall';\ncollector({ queue: 1 });\n");
    await project.write('tsconfig.json', JSON.stringify({ compilerOptions: COMPILER_OPTIONS, files: ['app.ts'] }));
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    await project.run(process.execPath, tsc, '-p', '.');
    await project.write('tsconfig.json', JSON.stringify({ compilerOptions: COMPILER_OPTIONS, files: ['wrong.ts'] }));
    await expect(project.run(process.execPath, tsc, '-p', '.')).rejects.toThrow(/wrong\.ts/);
  });
});

/** An app of somebody else, valid as JavaScript and as TypeScript. */
const MOUNT = `
import { addSite, collector, sqliteQueue, sqliteStore } from 'footfall';
import { Hono } from 'hono';

const folder = 'own-data';
const queue = await sqliteQueue({ folder });
const store = await sqliteStore({ folder });
await addSite(store.documents, 'example.com', {});
const analytics = collector({ queue, store });
const app = new Hono();
app.get('/', (c) => c.text('hello'));
app.route('/analytics', analytics);

const own = await (await app.request('/')).text();
const answer = await app.request('/analytics/event', {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: ${JSON.stringify(JSON.stringify(EVENT))},
});
console.log(JSON.stringify({ own, status: answer.status, answer: await answer.json() }));
await analytics.close();
await queue.close();
await store.close();
`;

const COMPILER_OPTIONS = {
  target: 'es2024',
  module: 'nodenext',
  strict: true,
  noEmit: true,
  typeRoots: [join(root, 'node_modules/@types')],
  types: ['node'],
};

function post(url: string, body: unknown): Promise<Response> {
  return fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
}

function today(): string {
  return new Date().toISOString().slice(0, 10);
}
