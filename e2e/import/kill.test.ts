import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, inject, test } from 'vitest';
import { IMPORT_KIND, importedSchema } from '../../core/import.ts';
import type { Imported } from '../../core/import.ts';
import { randomOf } from '../../core/sample.contract.ts';
import type { Random } from '../../core/sample.contract.ts';
import { withStore } from '../support/contents.ts';
import { drained } from '../support/http.ts';
import { servers } from '../support/server.ts';
import type { Server } from '../support/server.ts';
import { until } from '../support/until.ts';
import { numbersOf, writeLog } from './scene.ts';

const { folder, run, start } = servers();

const KILLS = 10;
const LINES = 12_000;
const SITE = 'example.com';
/** Many small parts, so that each kill hits work. */
const env = { IMPORT_EVENTS_MAX: '10', IMPORT_AHEAD_ENTRIES_MAX: '6', READ_ENTRIES_MAX: '3' };
const program = inject('program');

/** Starts an import that will be killed. */
function begin(data: string, log: string): ChildProcess {
  const args = ['--disable-warning=ExperimentalWarning', program, 'import', '--site', SITE, log];
  return spawn(process.execPath, args, { env: { PATH: process.env.PATH, DATA: data, ...env }, stdio: 'ignore' });
}

async function importedOf(data: string): Promise<Partial<Imported>> {
  const [found] = await withStore(data, (store) => store.documents.list(IMPORT_KIND));
  return found ? importedSchema.parse(found.value) : {};
}

async function positionOf(data: string): Promise<number> {
  return (await importedOf(data)).position ?? 0;
}

/** Kills an import after it has gone on for a while, again and again. */
async function killAgainAndAgain(data: string, log: string, random: Random, kills: number): Promise<number[]> {
  const positions: number[] = [];
  for (let kill = 0; kill < kills; kill++) {
    const before = positions.at(-1) ?? 0;
    const child = begin(data, log);
    const exited = new Promise((resolve) => child.once('exit', resolve));
    await until('the import to go on', async () => (await positionOf(data).catch(() => 0)) > before);
    await pause(random.below(60));
    expect(child.kill('SIGKILL')).toBe(true);
    await exited;
    positions.push(await positionOf(data));
  }
  return positions;
}

async function reference(log: string): Promise<Awaited<ReturnType<typeof numbersOf>>> {
  const data = folder();
  expect((await run(['import', '--site', SITE, log], { folder: data })).code).toBe(0);
  return numbersOf(data, SITE);
}

describe(`an import that is killed by kill -9 ${KILLS} times`, () => {
  test('and started again comes to the same numbers', async () => {
    const seed = Date.now() % 1_000_000;
    const data = folder();
    const log = writeLog(data, LINES, { seed });
    const positions = await killAgainAndAgain(data, log, randomOf(seed), KILLS);
    const last = await run(['import', '--site', SITE, log], { folder: data, env });
    expect(last).toMatchObject({ code: 0, stderr: '' });
    // Each kill hit it on the way.
    expect(new Set(positions).size, `seed ${seed}`).toBe(KILLS);
    expect(last.stdout).toMatch(/lines before them were imported earlier/);
    expect(await numbersOf(data, SITE), `seed ${seed}`).toEqual(await reference(log));
    expect((await run(['verify'], { folder: data })).stdout).toMatch(/ 0 differences/);
    const again = await run(['import', '--site', SITE, log], { folder: data });
    expect(again.stdout).toMatch(/taken +0$/m);
    expect(await numbersOf(data, SITE)).toEqual(await reference(log));
  });

  test('beside a server, which is killed as well', async () => {
    const seed = Date.now() % 1_000_000;
    const data = folder();
    const log = writeLog(data, LINES, { seed });
    let server: Server = await start({ folder: data, env });
    await killAgainAndAgain(data, log, randomOf(seed), 3);
    const { run: before } = await importedOf(data);
    const importing = run(['import', '--site', SITE, log], { folder: data, env });
    await until('the import to go on', async () => (await importedOf(data)).run !== before);
    await server.end('SIGKILL');
    // The import waits for the server, which comes back at another address.
    server = await start({ folder: data, env });
    const last = await importing;
    expect(last.code).toBe(0);
    expect(last.stderr).toMatch(/^(footfall: the server .* cannot be reached .*\n)?$/);
    await drained(server.collector);
    await server.end('SIGTERM');
    expect(await numbersOf(data, SITE), `seed ${seed}`).toEqual(await reference(log));
    expect((await run(['verify'], { folder: data })).stdout).toMatch(/ 0 differences/);
  });
});
