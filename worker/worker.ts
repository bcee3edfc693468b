import { messageOf, Unavailable } from '../core/errors.ts';
import type { Limits } from '../core/limits.ts';
import { limits as defaults } from '../core/limits.ts';
import type { Applied, Batch, Loss, Position, Queue, Slice, Store } from '../core/ports.ts';
import { decode } from './decode.ts';

export interface WorkerOptions {
  queue: Queue;
  store: Store;
  limits?: Partial<Limits>;
  /** Told of every failure the worker goes on after. Default: nothing. */
  onError?: (error: unknown, partition: number) => void;
  /** Done with each housekeeping, after the store's own. */
  alsoSweep?: (now: number, signal: AbortSignal) => Promise<void>;
  /** The clock in ms and a pause in ms; the simulation brings its own. */
  now?: () => number;
  sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** What a worker has done since it started. */
export interface WorkerCounts {
  applied: number;
  duplicates: number;
  conflicts: number;
  erased: number;
  quarantined: number;
  /** Batches that another worker had already applied. */
  fenced: number;
  /** Times a log had lost events, or was another log. */
  losses: number;
  errors: number;
}

export interface Worker {
  readonly counts: Readonly<WorkerCounts>;
  /** Ends after the batch in hand. */
  stop(): Promise<void>;
}

/**
 * Takes the queue's entries into the store, each exactly once: the store's `apply` moves the partition's position and
 * writes what the entries say in one transaction, so redelivery, a crash or a second worker cannot count twice.
 * An entry that can never be applied goes into quarantine; a store or queue that is away is waited for.
 *
 * @example
 * const running = worker({ queue, store });
 * await running.stop();
 */
export function worker(options: WorkerOptions): Worker {
  const counts: WorkerCounts = {
    applied: 0,
    duplicates: 0,
    conflicts: 0,
    erased: 0,
    quarantined: 0,
    fenced: 0,
    losses: 0,
    errors: 0,
  };
  const stopping = new AbortController();
  const follow = follower(options, counts);
  const claimed = options.queue.claim(follow, stopping.signal).catch((error: unknown) => {
    counts.errors += 1;
    options.onError?.(error, -1);
  });
  const swept = sweepAtTimes(options, counts, stopping.signal);
  return {
    counts,
    async stop() {
      stopping.abort();
      await Promise.all([claimed, swept]);
    },
  };
}

/** How one partition is followed for as long as it is ours. */
function follower(options: WorkerOptions, counts: WorkerCounts) {
  const { queue, store, sleep = pause, onError = () => {} } = options;
  const limits = { ...defaults, ...options.limits };

  return async function follow(partition: number, signal: AbortSignal): Promise<void> {
    /** Unknown after every failure: whether the last batch was applied is the store's to say. */
    let position: Position | undefined;
    /** What the queue was told to let go of. */
    let trimmed: Position | undefined;
    /** After a failure that may be an entry's own fault the batch is halved, until that entry is alone. */
    let entriesMax: number = limits.readEntriesMax;
    let suspect: Suspect | undefined;
    let retryMs: number = limits.retryMsMin;
    while (!signal.aborted) {
      let slice: Slice | undefined;
      try {
        position ??= await store.position(partition);
        const { readBytesMax: bytesMax, readWaitMs: waitMs } = limits;
        slice = await queue.read(partition, position, { entriesMax, bytesMax, waitMs, signal });
        if (slice.entries.length === 0 && !slice.loss) {
          // Whoever had the partition before may not have come to it.
          if (!signal.aborted) await trim(position);
          continue;
        }
        const poison =
          suspect && suspect.tries >= limits.poisonTriesMax && isAlone(slice, suspect) ? suspect : undefined;
        const batch = batchOf(partition, position, slice, poison?.fault);
        const applied = await store.apply(batch);
        count(counts, batch, applied);
        if (batch.loss && !applied.fenced) onError(lossError(partition, batch.loss), partition);
        position = applied.fenced ? undefined : applied.position;
        entriesMax = Math.min(limits.readEntriesMax, entriesMax * 2);
        suspect = undefined;
        retryMs = limits.retryMsMin;
        if (position) await trim(position);
      } catch (error) {
        fail(error);
        position = undefined;
        if (!(error instanceof Unavailable) && slice) {
          entriesMax = Math.max(1, Math.ceil(slice.entries.length / 2));
          suspect = suspectOf(slice, messageOf(error), suspect);
        }
        await sleep(retryMs, signal);
        retryMs = Math.min(limits.retryMsMax, retryMs * 2);
      }
    }

    async function trim(upTo: Position): Promise<void> {
      if (upTo === trimmed) return;
      try {
        await queue.trim(partition, upTo);
        trimmed = upTo;
      } catch (error) {
        fail(error);
      }
    }

    function fail(error: unknown): void {
      counts.errors += 1;
      onError(error, partition);
    }
  };
}

/** An entry that failed alone, where nothing else can be the cause. */
interface Suspect {
  incarnation: string;
  offset: string;
  tries: number;
  fault: string;
}

/** Counts on if it is the same entry that failed again. */
function suspectOf(slice: Slice, fault: string, before: Suspect | undefined): Suspect | undefined {
  const [entry, another] = slice.entries;
  if (!entry || another) return undefined;
  const { incarnation } = slice;
  const tries = before && isAlone(slice, before) ? before.tries + 1 : 1;
  return { incarnation, offset: entry.offset, tries, fault };
}

function isAlone({ incarnation, entries }: Slice, suspect: Suspect): boolean {
  return entries.length === 1 && entries[0]?.offset === suspect.offset && incarnation === suspect.incarnation;
}

/** `fault`: why the slice, which is one entry, cannot be applied however often it is tried. */
function batchOf(partition: number, from: Position, slice: Slice, fault: string | undefined): Batch {
  const { incarnation, to: offset, loss } = slice;
  const sorted =
    fault === undefined
      ? decode(slice.entries)
      : { entries: [], quarantine: slice.entries.map((entry) => ({ ...entry, reason: fault })) };
  return { partition, from, to: { incarnation, offset }, loss, ...sorted };
}

function count(counts: WorkerCounts, batch: Batch, applied: Applied): void {
  if (applied.fenced) {
    counts.fenced += 1;
    return;
  }
  counts.applied += applied.events;
  counts.duplicates += applied.duplicates;
  counts.conflicts += applied.conflicts;
  counts.erased += applied.erased;
  counts.quarantined += batch.quarantine.length;
  if (batch.loss) counts.losses += 1;
}

/** For the log; what counts it and keeps it is the batch. */
function lossError(partition: number, { kind, detail }: Loss): Error {
  const what = kind === 'gap' ? 'the queue has lost entries' : 'the queue is another one, or has lost its end';
  return new Error(`partition ${partition}: ${what}: ${detail}`);
}

async function sweepAtTimes(options: WorkerOptions, counts: WorkerCounts, signal: AbortSignal): Promise<void> {
  const { store, now = Date.now, sleep = pause, onError = () => {}, alsoSweep = async () => {} } = options;
  const sweepMs = options.limits?.sweepMs ?? defaults.sweepMs;
  while (!signal.aborted) {
    try {
      const at = now();
      await store.sweep(at);
      await alsoSweep(at, signal);
    } catch (error) {
      counts.errors += 1;
      onError(new Error(`housekeeping: ${messageOf(error)}`, { cause: error }), -1);
    }
    await sleep(sweepMs, signal);
  }
}

/** Resolves after `ms`, or as soon as the signal is aborted. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
  });
}
