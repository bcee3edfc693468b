import { cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { randomOf } from '../../core/sample.contract.ts';
import { noteRunning, readRunning } from '../../server/running.ts';
import { acknowledgedIn, differences, eventsOf, statsOf, withStore } from '../support/contents.ts';
import { smallDisk } from '../support/disk.ts';
import type { Disk } from '../support/disk.ts';
import { drained, queued } from '../support/http.ts';
import { startLoad } from '../support/load.ts';
import type { Load } from '../support/load.ts';
import { quietMoment } from '../support/moment.ts';
import { servers } from '../support/server.ts';
import { until } from '../support/until.ts';

const { folder, start, run } = servers();
const SITES = ['a.example', 'b.example'];
const env = { TRUSTED_PROXIES: '127.0.0.1,::1' };
const DISK_KIB = 64 * 1024;
const CHUNK_BYTES = 4096;

const disks: Disk[] = [];

async function newDisk(): Promise<Disk> {
  const disk = await smallDisk(DISK_KIB);
  disks.push(disk);
  return disk;
}

// After the servers are gone: this hook was registered later, and so runs before theirs.
afterEach(async () => {
  for (const disk of disks.splice(0)) await disk.remove();
});

/** Fills a disk to its last page; the answer makes room again. */
function fill(disk: Disk): () => void {
  const ballast = join(dirname(disk.outside), 'ballast');
  writeFileSync(ballast, '');
  let error: NodeJS.ErrnoException | undefined;
  while (!error) {
    try {
      writeFileSync(ballast, Buffer.alloc(CHUNK_BYTES), { flag: 'a' });
    } catch (thrown) {
      error = thrown as NodeJS.ErrnoException;
    }
  }
  expect(error.code).toBe('ENOSPC');
  return () => rmSync(ballast);
}

function loadOn(address: () => string | undefined): Load {
  return startLoad({ random: randomOf(3), sites: SITES, time: quietMoment().time, clients: 6, address });
}

async function untilRefused(load: Load): Promise<void> {
  await until('answers 503', () => (load.counts.refused[503] ?? 0) > 50);
}

describe('a full disk', () => {
  test('is answered 503, and goes over by itself when there is room', async () => {
    const disk = await newDisk();
    const server = await start({ ...disk, env });
    const load = loadOn(() => server.collector);
    await until('some events', () => load.accepted.size > 200);
    const makeRoom = fill(disk);
    await untilRefused(load);

    const answer = await fetch(`${server.collector}/event`, {
      method: 'POST',
      body: JSON.stringify({ site_id: SITES[0], event_type: 'page_view', path: '/'.padEnd(1000, 'x') }),
    });
    expect(answer.status).toBe(503);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await answer.json()).toMatchObject({ status: 'refused', reason: 'unavailable', fix: expect.any(String) });
    expect((await fetch(`${server.reporting}/healthz`)).status).toBe(200);

    makeRoom();
    const before = load.accepted.size;
    await until('events to be accepted again', () => load.accepted.size > before + 200);
    await load.stop();
    expect(Object.keys(load.counts.refused)).toEqual(['503']);
    expect(load.counts.broken).toBe(0);
    await drained(server.collector);
    const { date } = quietMoment();
    for (const site of SITES) {
      const stats = await fetch(`${server.reporting}/stats?site_id=${site}&date=${date}`);
      expect(await stats.json()).toEqual(statsOf(load.sent.values(), site, date));
    }
    expect(await server.end('SIGTERM')).toEqual({ code: 0, signal: null });
    const { code, stdout } = await run(['verify'], disk);
    expect(stdout).toBe(`${SITES.length} site days, ${load.sent.size} events, 0 differences\n`);
    expect(code).toBe(0);
  });

  test('has never been answered 202 for what is not on it', async () => {
    const disk = await newDisk();
    let address: string | undefined;
    const server = await start({ ...disk, env });
    address = server.collector;
    const load = loadOn(() => address);
    await until('some events', () => load.accepted.size > 200);
    const makeRoom = fill(disk);
    await untilRefused(load);
    address = undefined;
    await server.end('SIGKILL');

    const copy = folder();
    cpSync(disk.outside, copy, { recursive: true });
    const { ids } = await acknowledgedIn(copy);
    expect([...load.accepted].filter((id) => !ids.has(id))).toEqual([]);

    // It starts on the full disk, too, and waits for room.
    const again = await start({ ...disk, env });
    address = again.collector;
    makeRoom();
    await load.stop();
    await drained(again.collector);
    await again.end('SIGTERM');
    const after = folder();
    cpSync(disk.outside, after, { recursive: true });
    await withStore(after, async (store) => expect(differences(await eventsOf(store), load.sent)).toEqual([]));
  });

  test('does not stop a start for the note by which commands find it; they do when there is room', async () => {
    const disk = await newDisk();
    mkdirSync(disk.outside, { recursive: true });
    const makeRoom = fill(disk);
    const told: string[] = [];
    const note = { pid: process.pid, secret: 'secret' };
    const forget = noteRunning(disk.outside, note, (message) => told.push(message));
    expect(told).toEqual([expect.stringMatching(/The disk is full: make room.*running\.json/)]);
    expect(readRunning(disk.outside)).toBeUndefined();
    makeRoom();
    await expect.poll(() => readRunning(disk.outside)).toEqual(note);
    forget();
    expect(readRunning(disk.outside)).toBeUndefined();
  });

  test('stops the first start, and says so', async () => {
    const disk = await newDisk();
    const makeRoom = fill(disk);
    const { code, stderr } = await run(['start'], disk);
    expect(code).toBe(1);
    expect(stderr).toContain(disk.folder);
    expect(stderr).toMatch(/disk is full|no space left/i);
    expect(stderr).not.toContain('    at ');
    makeRoom();
    await (await start({ ...disk, env })).end('SIGTERM');
  });

  test('under the store alone holds up no event; it is counted when there is room', async () => {
    const disk = await newDisk();
    const data = folder();
    mkdirSync(data);
    mkdirSync(disk.outside);
    symlinkSync(join(disk.folder, 'store.db'), join(data, 'store.db'));
    const server = await start({ folder: data, prefix: disk.prefix, env });
    const load = loadOn(() => server.collector);
    await until('some events', () => load.accepted.size > 200);
    const makeRoom = fill(disk);
    await until('the worker to fail', () => server.output().includes('worker: disk full'));

    const { size } = load.accepted;
    await until('more events', () => load.accepted.size > size + 500);
    expect(await queued(server.collector)).toBeGreaterThan(0);
    makeRoom();
    await load.stop();
    expect(load.counts).toMatchObject({ broken: 0, refused: {} });
    await drained(server.collector);
    await server.end('SIGTERM');
    const { stdout } = await run(['verify'], { folder: data, prefix: disk.prefix });
    expect(stdout).toBe(`${SITES.length} site days, ${load.sent.size} events, 0 differences\n`);
  });
});

describe('a read-only folder', () => {
  test('stops the start, which names it, and nothing has changed', async () => {
    const disk = await newDisk();
    disk.remount('ro');
    const fresh = await run(['start'], disk);
    expect(fresh.code).toBe(1);
    expect(fresh.stderr).toContain(disk.folder);
    expect(fresh.stderr).toMatch(/may write|read-only/);
    expect(fresh.stderr).not.toContain('    at ');

    disk.remount('rw');
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      await (await start({ ...disk, env })).end(signal);
      disk.remount('ro');
      const used = await run(['start'], disk);
      expect(used.code).toBe(1);
      expect(used.stderr).toContain(disk.folder);
      expect(used.stderr).toMatch(/may write|read-only/);
      expect(used.stderr).not.toContain('already running');
      expect(used.stderr).not.toContain('    at ');
      disk.remount('rw');
    }
    await (await start({ ...disk, env })).end('SIGTERM');
  });
});
