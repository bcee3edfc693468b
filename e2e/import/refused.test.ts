import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { IMPORT_SALT_KIND } from '../../collector/import/import-salts.ts';
import { readRunning } from '../../server/running.ts';
import { withStore } from '../support/contents.ts';
import { servers } from '../support/server.ts';
import { findInFiles, tracesOf } from '../support/traces.ts';
import { until } from '../support/until.ts';
import { numbersOf, writeLog } from './scene.ts';

const { begin, folder, run, start } = servers();

const SITE = 'example.com';

describe('an import that cannot be', () => {
  test.each([
    ['no file', ['--site', SITE], 2, /import takes the files to read/],
    ['an unknown option', ['--all', 'x'], 2, /Unknown option '--all'/],
    ['standard input without a site', ['-'], 2, /--site is needed/],
    ['a wrong status', ['--status', '99', 'x'], 2, /status: "99"/],
    ['following standard input', ['--follow', '--site', SITE, '-'], 2, /--follow takes a file/],
    ['a file that is not there', ['--site', SITE, '/nowhere/access.log'], 1, /access.log cannot be read: ENOENT/],
    ['a folder', ['--site', SITE, '/'], 1, /\/ cannot be read: it is a folder/],
  ])('%s is told so, and leaves nothing', async (_, args, code, message) => {
    const data = folder();
    const outcome = await run(['import', ...args], { folder: data });
    expect(outcome).toMatchObject({ code, stderr: expect.stringMatching(message) });
    await expect(withStore(data, (store) => store.documents.list('import'))).resolves.toEqual([]);
  });

  test('a log without a site, and what is no log', async () => {
    const data = folder();
    const log = writeLog(data, 10);
    expect(await run(['import', log], { folder: data })).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/is a log: name the site that it is of by --site/),
    });
    const noise = join(dirname(data), 'noise');
    writeFileSync(noise, Buffer.from(Array.from({ length: 100_000 }, (_, n) => (n * 7919) % 251)));
    const outcome = await run(['import', '--site', SITE, noise], { folder: data });
    expect(outcome).toMatchObject({ code: 1, stderr: expect.stringMatching(/no line was of a known format/) });
    expect((await numbersOf(data, SITE)).pageviews).toBe(0);
  });

  test('one for a site that is not there, where sites do not come into being by themselves', async () => {
    const data = folder();
    const log = writeLog(data, 10);
    const env = { HOST: '0.0.0.0' };
    const outcome = await run(['import', '--site', SITE, log], { folder: data, env });
    expect(outcome).toMatchObject({ code: 1, stderr: expect.stringMatching(/there is no such site.*site add/) });
    await run(['site', 'add', SITE], { folder: data, env });
    expect((await run(['import', '--site', SITE, log], { folder: data, env })).code).toBe(0);
  });

  test('beside a program that has the folder and takes no imports', async () => {
    const data = folder();
    const log = writeLog(data, 10);
    const server = await start({ folder: data });
    writeFileSync(join(data, 'running.json'), '{}');
    const outcome = await run(['import', '--site', SITE, log], { folder: data });
    expect(outcome).toMatchObject({ code: 1, stderr: expect.stringMatching(/already running on/) });
    await server.end('SIGTERM');
  });
});

describe('what a running server takes entries by', () => {
  test('is for those who can read the data folder only', async () => {
    const data = folder();
    const server = await start({ folder: data, env: { HOST: '0.0.0.0', REPORTING_HOST: '0.0.0.0' } });
    const file = join(data, 'running.json');
    const note = readRunning(data);
    if (!note?.control) throw new Error('no note');
    const { control } = note;
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(note.pid).toBe(server.pid);
    expect(new URL(control).hostname).toBe('127.0.0.1');

    const post = (headers: Record<string, string>, body: string) =>
      fetch(`${control}/append`, { method: 'POST', headers, body });
    const secret = { authorization: `Bearer ${note.secret}` };
    expect((await post({}, '[]')).status).toBe(401);
    expect((await post({ authorization: `Bearer ${note.secret}x` }, '[]')).status).toBe(401);
    for (const wrong of ['', '{', '{}', '[1]', '[{"partition":8,"body":"x"}]', '[{"partition":-1,"body":"x"}]']) {
      expect([wrong, (await post(secret, wrong)).status]).toEqual([wrong, 400]);
    }
    expect((await post(secret, ' '.repeat(17 * 1024 * 1024))).status).toBe(413);
    expect((await post(secret, '[{"partition":0,"body":"no entry"}]')).status).toBe(202);
    // What is no entry goes into quarantine, and stops nothing.
    await until('the quarantine', () =>
      withStore(data, async (store) => (await store.documents.list('quarantine'))[0]),
    );
    // The secret serves as the token of the reports, and is none for anything else.
    const read = (token: string) =>
      fetch(`${server.reporting}/api/v1/sites`, { headers: { authorization: `Bearer ${token}` } });
    expect((await read(note.secret)).status).toBe(200);
    expect((await read(`${note.secret}x`)).status).toBe(401);
    await server.end('SIGTERM');
    expect(() => readFileSync(file)).toThrow(/ENOENT/);
  });
});

describe('what tells the visitors of an imported day apart', () => {
  test('is there as long as the import is not at its end, and in no file afterwards', async () => {
    const data = folder();
    const log = writeLog(data, 20_000);
    const env = { IMPORT_EVENTS_MAX: '10', IMPORT_AHEAD_ENTRIES_MAX: '2' };
    const stopped = begin(['import', '--site', SITE, log], { folder: data, env });
    const saltsOf = () => withStore(data, (store) => store.documents.list(IMPORT_SALT_KIND));
    mkdirSync(data, { recursive: true });
    const salts = await until('a salt', async () => {
      const found = await saltsOf();
      return found.length > 0 && found;
    });
    expect(await stopped.end('SIGTERM')).toMatchObject({ code: 1, stdout: expect.stringMatching(/^Stopped\./) });
    const texts = Object.fromEntries(salts.map(({ id, value }) => [id, (value as { salt: string }).salt]));
    expect(findInFiles(tracesOf(texts), data)).not.toEqual([]);
    expect((await run(['import', '--site', SITE, log], { folder: data })).code).toBe(0);
    expect(await saltsOf()).toEqual([]);
    expect(findInFiles(tracesOf(texts), data)).toEqual([]);
  });

  test('nor is an address or a user agent of a log', async () => {
    const data = folder();
    const log = join(dirname(data), 'one.log');
    mkdirSync(dirname(data), { recursive: true });
    const agent = 'Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0 Unmistakable/7';
    const line = `203.0.113.77 - ada [05/Oct/2026:10:00:00 +0000] "GET /kept-path?secret=1 HTTP/1.1" 200 5 "-" "${agent}"\n`;
    writeFileSync(log, line.repeat(3));
    expect((await run(['import', '--site', SITE, log], { folder: data })).code).toBe(0);
    expect((await numbersOf(data, SITE)).pageviews).toBe(3);
    const kept = { address: '203.0.113.77', agent: 'Unmistakable', user: 'ada [', query: 'secret=1' };
    expect(findInFiles(tracesOf(kept), data)).toEqual([]);
    expect(findInFiles(tracesOf({ path: '/kept-path' }), data)).not.toEqual([]);
  });
});
