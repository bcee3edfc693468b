import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { Unavailable } from '../core/errors.ts';
import type { LogEntry } from '../core/event.ts';
import { limits } from '../core/limits.ts';
import type { Position, Queue, Store } from '../core/ports.ts';
import { NO_POSITION } from '../core/ports.ts';
import { entryOf, view } from '../core/store-scene.contract.ts';
import { loseTail, memoryLog, trimUpTo } from './simulation/memory-log.ts';
import { memoryQueue } from './simulation/memory-queue.ts';
import { memoryStorePort } from './simulation/memory-store-port.ts';
import { memoryStore } from './simulation/memory-store.ts';
import type { Worker, WorkerOptions } from './worker.ts';
import { worker } from './worker.ts';

const started: Worker[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((one) => one.stop()));
});

/** A log and a store in memory, and what becomes of a worker over them. */
function scene() {
  const logs = [memoryLog('log-1'), memoryLog('log-1')];
  const memory = memoryStore();
  const queue = memoryQueue(logs);
  const store = memoryStorePort(memory);
  const errors: [string, number][] = [];
  const pauses: number[] = [];

  function start(options: Partial<WorkerOptions> = {}): Worker {
    const one = worker({
      queue,
      store,
      sleep: (ms, signal) => {
        pauses.push(ms);
        return ms >= limits.sweepMs ? aborted(signal) : turn();
      },
      onError: (error, partition) => errors.push([String(error), partition]),
      ...options,
    });
    started.push(one);
    return one;
  }

  return {
    log: logs[0] ?? memoryLog(''),
    memory,
    queue,
    store,
    errors,
    pauses,
    start,
    /** Puts entries, or bodies, into partition 0. */
    append: (...entries: (LogEntry | string)[]) =>
      queue.append(entries.map((one) => ({ partition: 0, body: typeof one === 'string' ? one : JSON.stringify(one) }))),
    ids: () => memory.changes(0, 0, Number.POSITIVE_INFINITY).events.map(({ id }) => id),
    quarantine: () => memory.documents.list('quarantine').map(({ value }) => value as { body: string; reason: string }),
    isAtEnd: () => memory.position(0).offset === String(logs[0]?.end),
  };
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** Lets the worker go on until it is so; fails the test by its time limit if it never is. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await turn();
}

const entries = (...numbers: number[]): LogEntry[] => numbers.map((n) => entryOf([view(n)]));
const ids = (...numbers: number[]): string[] => numbers.map((n) => view(n).id);

/** The store, but `apply` fails for an entry that holds the event `n`. */
function cannotTake(store: Store, n: number, sizes: number[] = []): Store {
  return {
    ...store,
    async apply(batch) {
      sizes.push(batch.entries.length);
      const holds = batch.entries.some(({ events }) => events.some(({ id }) => id === view(n).id));
      if (holds) throw new TypeError('cannot take it');
      return store.apply(batch);
    },
  };
}

describe('the way into the store', () => {
  test('takes what is queued, in order, then lets go of it', async () => {
    const { append, start, ids: found, isAtEnd, log, store } = scene();
    await append(...entries(1, 2, 3));
    const { counts } = start();
    await until(() => log.entries.length === 0);
    expect(found()).toEqual(ids(1, 2, 3));
    expect(isAtEnd()).toBe(true);
    expect(await store.position(1)).toEqual(NO_POSITION);
    expect(counts).toMatchObject({ applied: 3, duplicates: 0, fenced: 0, errors: 0, quarantined: 0 });
  });

  test('wakes for what comes later, in any partition', async () => {
    const { append, start, queue, store, ids: found } = scene();
    start();
    await turn();
    await append(...entries(1));
    await queue.append([{ partition: 1, body: JSON.stringify(entries(2)[0]) }]);
    await until(() => found().length === 1);
    await until(() => started[0]?.counts.applied === 2);
    expect((await store.position(1)).offset).toBe('1');
  });

  test('goes on where the last worker ended, and counts repetitions and conflicts', async () => {
    const { append, start, ids: found, isAtEnd } = scene();
    await append(...entries(1));
    const first = start();
    await until(isAtEnd);
    await first.stop();
    await append(...entries(1, 2), entryOf([view(2, { path: '/other' })]));
    const { counts } = start();
    await until(isAtEnd);
    expect(found()).toEqual(ids(1, 2));
    expect(counts).toMatchObject({ applied: 1, duplicates: 2, conflicts: 1 });
  });

  test('reads at most as much as the limits say', async () => {
    const { append, start, queue, isAtEnd } = scene();
    await append(...entries(1, 2, 3, 4, 5));
    const sizes: number[] = [];
    const counting: Queue = {
      ...queue,
      async read(...args) {
        const slice = await queue.read(...args);
        if (slice.entries.length > 0) sizes.push(slice.entries.length);
        return slice;
      },
    };
    start({ queue: counting, limits: { readEntriesMax: 2 } });
    await until(isAtEnd);
    expect(sizes).toEqual([2, 2, 1]);
  });
});

describe('entries that can never be applied', () => {
  test('those that cannot be decoded go into quarantine, the rest is applied', async () => {
    const { append, start, quarantine, ids: found, isAtEnd } = scene();
    const future = JSON.stringify({ ...entryOf([view(9)]), v: 2 });
    const broken = JSON.stringify({ ...entryOf([]), events: [{ ...view(9), time: null }] });
    await append('{"v":', ...entries(1), future, ...entries(2), broken);
    const { counts } = start();
    await until(isAtEnd);
    expect(found()).toEqual(ids(1, 2));
    expect(quarantine().map(({ body }) => body)).toEqual(['{"v":', future, broken]);
    const [first, second, third] = quarantine().map(({ reason }) => reason);
    expect(first).toBe('not JSON');
    expect(second).toMatch(/^v: /);
    expect(third).toMatch(/^events\.0\.time: /);
    expect(counts).toMatchObject({ applied: 2, quarantined: 3, errors: 0 });
  });

  test('one that the store cannot take is found by halving, tried, and put into quarantine alone', async () => {
    const { append, start, store, quarantine, ids: found, isAtEnd, errors } = scene();
    await append(...entries(1, 2, 3, 4, 5, 6, 7, 8));
    const sizes: number[] = [];
    const { counts } = start({ store: cannotTake(store, 6, sizes) });
    await until(isAtEnd);
    expect(found()).toEqual(ids(1, 2, 3, 4, 5, 7, 8));
    expect(quarantine()).toMatchObject([{ reason: 'cannot take it' }]);
    // Halved when it is in the batch, doubled when not; alone three times; then a batch with nothing but its quarantine.
    expect(sizes).toEqual([8, 4, 4, 2, 1, 2, 1, 1, 1, 0, 2]);
    expect(counts).toMatchObject({ applied: 7, quarantined: 1 });
    expect(errors.filter(([text]) => text.includes('cannot take it'))).toHaveLength(counts.errors);
  });

  test('one that failed alone takes nothing with it that came meanwhile', async () => {
    const { append, start, store, quarantine, ids: found, isAtEnd } = scene();
    await append(...entries(1));
    const failing = cannotTake(store, 1);
    let tries = 0;
    start({
      store: {
        ...failing,
        async apply(batch) {
          tries += 1;
          if (tries === limits.poisonTriesMax) await append(...entries(2, 3, 4));
          return failing.apply(batch);
        },
      },
    });
    await until(isAtEnd);
    expect(found()).toEqual(ids(2, 3, 4));
    expect(quarantine()).toHaveLength(1);
  });

  test('a failure that passes puts nothing into quarantine', async () => {
    const { append, start, store, quarantine, ids: found, isAtEnd } = scene();
    await append(...entries(1));
    let failures = limits.poisonTriesMax - 1;
    const passing: Store = {
      ...store,
      async apply(batch) {
        failures -= 1;
        if (failures >= 0) throw new TypeError('passes');
        return store.apply(batch);
      },
    };
    start({ store: passing });
    await until(isAtEnd);
    expect(found()).toEqual(ids(1));
    expect(quarantine()).toEqual([]);
  });

  test('neither does a queue that cannot be read, whatever it throws', async () => {
    const { append, start, queue, quarantine, ids: found, isAtEnd } = scene();
    let reads = 0;
    const failing: Queue = {
      ...queue,
      async read(partition, after, options) {
        if (partition !== 0) return queue.read(partition, after, options);
        reads += 1;
        // Empty first, so that there is a slice to blame.
        if (reads === 1) return { incarnation: 'log-1', to: '0', entries: [] };
        if (reads < 12) throw new TypeError('cannot be read');
        if (reads === 12) await append(...entries(1, 2));
        return queue.read(partition, after, options);
      },
    };
    start({ queue: failing });
    await until(isAtEnd);
    expect(found()).toEqual(ids(1, 2));
    expect(quarantine()).toEqual([]);
  });
});

describe('a store or a queue that is away', () => {
  test('is waited for, however long, with pauses that grow', async () => {
    const { append, start, store, quarantine, ids: found, pauses, errors, isAtEnd } = scene();
    await append(...entries(1, 2));
    let failures = 12;
    const away: Store = {
      ...store,
      async apply(batch) {
        failures -= 1;
        if (failures >= 0) throw new Unavailable('away');
        return store.apply(batch);
      },
    };
    const { counts } = start({ store: away });
    await until(isAtEnd);
    expect(found()).toEqual(ids(1, 2));
    expect(quarantine()).toEqual([]);
    expect(pauses.filter((ms) => ms !== limits.sweepMs)).toEqual([
      50, 100, 200, 400, 800, 1600, 3200, 5000, 5000, 5000, 5000, 5000,
    ]);
    expect(counts.errors).toBe(12);
    expect(errors[0]).toEqual(['Unavailable: away', 0]);
  });

  test('a commit whose answer was lost is not applied twice', async () => {
    const { append, start, store, ids: found, isAtEnd, pauses } = scene();
    await append(...entries(1, 2));
    let isFirst = true;
    const forgetful: Store = {
      ...store,
      async apply(batch) {
        const applied = await store.apply(batch);
        if (isFirst) {
          isFirst = false;
          throw new Unavailable('the connection broke');
        }
        return applied;
      },
    };
    const { counts } = start({ store: forgetful });
    await until(() => isAtEnd() && pauses.includes(limits.retryMsMin));
    await append(...entries(3));
    await until(() => found().length === 3);
    expect(found()).toEqual(ids(1, 2, 3));
    expect(counts).toMatchObject({ applied: 1, duplicates: 0 });
  });

  test('a trim that fails is told and holds nothing up', async () => {
    const { append, start, queue, ids: found, errors, isAtEnd } = scene();
    await append(...entries(1));
    const stuck: Queue = { ...queue, trim: () => Promise.reject(new Unavailable('no trim')) };
    start({ queue: stuck });
    await until(isAtEnd);
    await append(...entries(2));
    await until(() => found().length === 2);
    expect(errors[0]).toEqual(['Unavailable: no trim', 0]);
  });
});

describe('the position', () => {
  test('of a worker that ended before it let go of what it had applied is let go of by the next, which has nothing to do', async () => {
    const { append, start, queue, isAtEnd, log, memory } = scene();
    await append(...entries(1, 2));
    const first = start({ queue: { ...queue, trim: async () => {} } });
    await until(isAtEnd);
    await first.stop();
    expect(log.entries).toHaveLength(2);
    const trims: Position[] = [];
    const told: Queue = {
      ...queue,
      trim(partition, upTo) {
        if (partition === 0) trims.push(upTo);
        return queue.trim(partition, upTo);
      },
    };
    const { counts } = start({ queue: told, limits: { readWaitMs: 1 } });
    await until(() => log.entries.length === 0);
    // Once, however often it looks.
    await pause(20);
    expect(trims).toEqual([memory.position(0)]);
    expect(counts).toMatchObject({ applied: 0, errors: 0 });
  });

  test('is read anew when another worker was faster', async () => {
    const { append, start, store, ids: found, isAtEnd } = scene();
    await append(...entries(1, 2));
    let isFirst = true;
    const raced: Store = {
      ...store,
      async apply(batch) {
        if (isFirst)
          await store.apply({ ...batch, entries: batch.entries.slice(0, 1), to: { ...batch.to, offset: '1' } });
        isFirst = false;
        return store.apply(batch);
      },
    };
    const { counts } = start({ store: raced });
    await until(isAtEnd);
    expect(found()).toEqual(ids(1, 2));
    expect(counts).toMatchObject({ fenced: 1, applied: 1, duplicates: 0, errors: 0 });
  });

  test('of another log leads to its start, which is recorded, and known ids are dropped', async () => {
    const { append, start, log, memory, ids: found, isAtEnd, queue } = scene();
    const untrimmed: Queue = { ...queue, trim: async () => {} };
    await append(...entries(1, 2, 3));
    const first = start({ queue: untrimmed });
    await until(isAtEnd);
    await first.stop();
    const lost = loseTail(log, 1, 'log-2');
    await append(...entries(4), ...lost);
    const { counts } = start({ queue: untrimmed });
    await until(() => isAtEnd() && memory.position(0).incarnation === 'log-2');
    expect(found()).toEqual(ids(1, 2, 3, 4));
    expect(counts).toMatchObject({ losses: 1, duplicates: 3, applied: 1 });
    expect(memory.documents.list('loss')).toMatchObject([{ value: { kind: 'restart', partition: 0 } }]);
  });

  test('before the start of the log is recorded as a gap, also when nothing is left', async () => {
    const { append, start, log, memory, isAtEnd } = scene();
    await append(...entries(1, 2, 3));
    trimUpTo(log, { incarnation: 'log-1', offset: '3', version: 0 });
    const { counts } = start();
    await until(isAtEnd);
    expect(counts).toMatchObject({ losses: 1, applied: 0 });
    expect(memory.documents.list('loss')).toMatchObject([{ value: { kind: 'gap' } }]);
  });
});

describe('stop', () => {
  test('ends after the batch in hand', async () => {
    const { append, start, store, ids: found, isAtEnd } = scene();
    await append(...entries(1, 2));
    const gate = Promise.withResolvers<void>();
    let applies = 0;
    const slow: Store = {
      ...store,
      async apply(batch) {
        applies += 1;
        await gate.promise;
        return store.apply(batch);
      },
    };
    const one = start({ store: slow, limits: { readEntriesMax: 1 } });
    await until(() => applies === 1);
    let isStopped = false;
    const stopped = one.stop().then(() => (isStopped = true));
    for (let n = 0; n < 20; n++) await turn();
    expect(isStopped).toBe(false);
    gate.resolve();
    await stopped;
    expect(found()).toEqual(ids(1));
    expect(applies).toBe(1);
    expect(isAtEnd()).toBe(false);
  });

  test('ends a wait for entries and a pause at once, with the real clock', async () => {
    const { queue, store } = scene();
    const away: Store = { ...store, position: () => Promise.reject(new Unavailable('away')) };
    const waiting = worker({ queue, store, limits: { readWaitMs: 3_600_000 } });
    const pausing = worker({ queue, store: away, limits: { retryMsMin: 3_600_000, retryMsMax: 3_600_000 } });
    await until(() => pausing.counts.errors === 2);
    await Promise.all([waiting.stop(), pausing.stop()]);
    await pausing.stop();
    expect(pausing.counts.errors).toBe(2);
  });
});

describe('housekeeping', () => {
  test('sweeps at the start and after each pause, by the clock that it was given', async () => {
    const { start, store } = scene();
    const swept: number[] = [];
    const sweeping: Store = { ...store, sweep: async (now) => void swept.push(now) };
    let clock = 1000;
    const pauses: number[] = [];
    start({
      store: sweeping,
      limits: { sweepMs: 77 },
      now: () => (clock += 1),
      sleep: (ms, signal) => {
        pauses.push(ms);
        return pauses.length < 3 ? turn() : aborted(signal);
      },
    });
    await until(() => pauses.length === 3);
    expect(swept).toEqual([1001, 1002, 1003]);
    expect(pauses).toEqual([77, 77, 77]);
  });

  test('goes on after an error, and tells it as no partition', async () => {
    const { start, store, errors } = scene();
    let sweeps = 0;
    const failing: Store = {
      ...store,
      async sweep() {
        sweeps += 1;
        throw new Unavailable('busy');
      },
    };
    const { counts } = start({ store: failing, limits: { sweepMs: 1 } });
    await until(() => sweeps === 3);
    expect(errors.slice(0, 2)).toEqual([
      ['Error: housekeeping: busy', -1],
      ['Error: housekeeping: busy', -1],
    ]);
    expect(counts.errors).toBeGreaterThanOrEqual(2);
  });
});
