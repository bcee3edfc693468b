import { randomFillSync } from 'node:crypto';
import {
  closeSync,
  cpSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openQueueFile } from '../../adapters/sqlite/queue-file.ts';
import { randomOf } from '../../core/sample.contract.ts';
import { depthOf, differences, eventsOf, withStore } from '../support/contents.ts';
import { entriesOf } from '../support/entries.ts';
import { drained } from '../support/http.ts';
import type { SentEvent } from '../support/load.ts';
import { quietMoment } from '../support/moment.ts';
import { servers } from '../support/server.ts';
import { temporaryFolder } from '../support/folder.ts';

const { folder, start, run } = servers();

const SITES = ['a.example', 'b.example', 'c.example'];
const PAGE_BYTES = 4096;
/** So many that the log takes a few hundred pages. */
const ENTRIES = 400;

/** A folder whose log holds entries that were counted and not yet trimmed, and then entries that wait. */
interface Image {
  /** As a log lies that was closed: all of it in one file. */
  closed: string;
  /** As a `kill -9` leaves it: what waits is in the write-ahead log. */
  open: string;
  counted: Map<string, SentEvent>;
  all: Map<string, SentEvent>;
}

const home = temporaryFolder();
const image: Image = {
  closed: join(home, 'closed'),
  open: join(home, 'open'),
  counted: new Map(),
  all: new Map(),
};

beforeAll(async () => {
  const { closed, open, counted, all } = image;
  append(closed, counted);
  const untrimmed = join(home, 'untrimmed');
  cpSync(closed, untrimmed, { recursive: true });
  const server = await start({ folder: closed });
  await drained(server.collector);
  await server.end('SIGTERM');
  for (const file of ['queue.db', 'queue.db.mark']) cpSync(join(untrimmed, file), join(closed, file));

  for (const [id, event] of counted) all.set(id, event);
  append(closed, all, () => cpSync(closed, open, { recursive: true }));
});

afterAll(() => rmSync(home, { recursive: true, force: true }));

function append(data: string, into: Map<string, SentEvent>, beforeClosing = (): void => {}): void {
  const queue = openQueueFile({ folder: data });
  for (const site of SITES) {
    const { entries, sent } = entriesOf({ count: ENTRIES, site, time: quietMoment().time, padding: 300 });
    for (let i = 0; i < entries.length; i += 20) queue.append(entries.slice(i, i + 20));
    for (const [id, event] of sent) into.set(id, event);
  }
  beforeClosing();
  queue.close();
}

function overwrite(file: string, at: number, bytes: number): void {
  const handle = openSync(file, 'r+');
  writeSync(handle, randomFillSync(Buffer.alloc(bytes)), 0, bytes, at);
  closeSync(handle);
}

const cut = (file: string, bytes: number): void => truncateSync(file, statSync(file).size - bytes);
const size = (file: string): number => statSync(file).size;

interface Damage {
  name: string;
  state: 'closed' | 'open';
  damage(log: string): void;
  /** How many entries that wait cannot be had any more: at least, at most. */
  lost: [min: number, max: number];
}

const WAITING = SITES.length * ENTRIES;

const damages: Damage[] = [
  {
    name: 'the last page of the log is missing',
    state: 'closed',
    damage: (log) => cut(log, PAGE_BYTES),
    lost: [1, 20],
  },
  {
    name: 'the last pages of the log are cut off anywhere',
    state: 'closed',
    damage: (log) => cut(log, 2.5 * PAGE_BYTES),
    lost: [1, 60],
  },
  {
    name: 'the last pages of the log are random',
    state: 'closed',
    damage: (log) => overwrite(log, size(log) - 2 * PAGE_BYTES, 2 * PAGE_BYTES),
    lost: [1, 40],
  },
  {
    name: 'a page in the middle of the log is random',
    state: 'closed',
    damage: (log) => overwrite(log, Math.floor(size(log) / PAGE_BYTES / 2) * PAGE_BYTES, PAGE_BYTES),
    lost: [0, 20],
  },
  {
    name: 'the first page of the log is random',
    state: 'closed',
    damage: (log) => overwrite(log, 0, PAGE_BYTES),
    lost: [0, 0],
  },
  { name: 'the log is gone', state: 'closed', damage: (log) => rmSync(log), lost: [WAITING, WAITING] },
  {
    name: 'the write-ahead log is cut off within a frame',
    state: 'open',
    damage: (log) => cut(`${log}-wal`, 1000),
    lost: [1, 20],
  },
  {
    name: 'the write-ahead log lacks its last frames',
    state: 'open',
    damage: (log) => cut(`${log}-wal`, 10 * (PAGE_BYTES + 24)),
    lost: [1, 100],
  },
  {
    name: 'a frame in the middle of the write-ahead log is damaged',
    state: 'open',
    damage: (log) => overwrite(`${log}-wal`, Math.floor(size(`${log}-wal`) / 2), 100),
    lost: [0, 20],
  },
  { name: 'the write-ahead log is gone', state: 'open', damage: (log) => rmSync(`${log}-wal`), lost: [1, WAITING] },
];

/** The sum of what `footfall repair` says is lost. */
function toldLost(stdout: string): number {
  return [...stdout.matchAll(/Partition \d+: (\d+) acknowledged/g)].reduce((sum, [, lost]) => sum + Number(lost), 0);
}

async function expectCounted(data: string, told: number): Promise<void> {
  const server = await start({ folder: data });
  await drained(server.collector);
  expect(await server.end('SIGTERM')).toEqual({ code: 0, signal: null });
  await withStore(data, async (store) => {
    const found = differences(await eventsOf(store), image.all);
    const missing = found.filter((one) => one.endsWith('is missing'));
    expect(found).toEqual(missing);
    expect(missing).toHaveLength(told);
    expect(missing.filter((one) => image.counted.has(one.split(' ')[0] ?? ''))).toEqual([]);
  });
  const verified = await run(['verify'], { folder: data });
  expect(verified.stdout).toContain(` ${image.all.size - told} events, 0 differences`);
  expect(verified.code).toBe(0);
}

describe('a damaged log', () => {
  test.each(damages)('$name: the start says so, and repair keeps what can be read', async ({ state, damage, lost }) => {
    const data = folder();
    cpSync(image[state], data, { recursive: true });
    const log = join(data, 'queue.db');
    damage(log);

    const refused = await run(['start'], { folder: data });
    expect(refused.code).toBe(1);
    expect(refused.stdout).toBe('');
    expect(refused.stderr).toContain(log);
    expect(refused.stderr).toMatch(/damaged|are missing/);
    expect(refused.stderr).toContain('Restore it from a backup, or run `footfall repair`');
    expect(refused.stderr).not.toContain('    at ');

    const repaired = await run(['repair'], { folder: data });
    const told = toldLost(repaired.stdout);
    expect(told).toBeGreaterThanOrEqual(lost[0]);
    expect(told).toBeLessThanOrEqual(lost[1]);
    expect(repaired.stdout).toContain(`${WAITING - told} entries kept. The damaged log is in ${log}.damaged-`);
    expect(repaired.stdout.includes('Nothing that was acknowledged is lost.')).toBe(told === 0);
    expect(repaired.code).toBe(told === 0 ? 0 : 1);
    await expectCounted(data, told);
  });

  test('a second time repaired, it is still all there', async () => {
    const data = folder();
    cpSync(image.open, data, { recursive: true });
    for (const time of ['first', 'second']) {
      const { code, stdout } = await run(['repair'], { folder: data });
      expect([time, code]).toEqual([time, 0]);
      expect(stdout).toContain(`${WAITING} entries kept`);
    }
    await expectCounted(data, 0);
  });

  test('a repair that is killed at any moment loses nothing', async () => {
    const seed = Date.now() % 1_000_000;
    const random = randomOf(seed);
    const data = folder();
    cpSync(image.open, data, { recursive: true });
    for (let kill = 0; kill < 12; kill++) {
      await run(['repair'], { folder: data, killAfterMs: 150 + random.below(700) });
    }
    const { code, stdout } = await run(['repair'], { folder: data });
    expect(stdout, `seed ${seed}`).toContain('Nothing that was acknowledged is lost.');
    expect(code, `seed ${seed}`).toBe(0);
    await expectCounted(data, 0);
  });

  test('without a log there is nothing to repair', async () => {
    const { code, stderr } = await run(['repair'], { folder: folder() });
    expect(code).toBe(1);
    expect(stderr).toContain('nothing to repair');
  });
});

describe('a damaged store', () => {
  test('stops the start, which says what to do, and the log is untouched', async () => {
    const data = folder();
    cpSync(image.closed, data, { recursive: true });
    const store = join(data, 'store.db');
    const log = readFileSync(join(data, 'queue.db'));
    overwrite(store, 0, size(store));

    for (const command of ['start', 'repair', 'verify']) {
      const { code, stdout, stderr } = await run([command], { folder: data });
      expect(code).toBe(1);
      expect(stdout).toBe('');
      expect(stderr).toContain(`${store} cannot be used`);
      expect(stderr).toContain('Restore it from a backup, or move it away');
      expect(stderr).not.toContain('    at ');
    }
    expect(readFileSync(join(data, 'queue.db')).equals(log)).toBe(true);
    expect(depthOf(data).entries).toBe(image.all.size);

    // The way out that the message names: the log still holds all of these entries, so all are counted.
    renameSync(store, `${store}.damaged`);
    await expectCounted(data, 0);
  });
});
