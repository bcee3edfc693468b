import { setTimeout as pause } from 'node:timers/promises';
import { messageOf, QueueFull, Unavailable, Unusable } from '../core/errors.ts';
import { NO_POSITION } from '../core/ports.ts';
import type { Position, Queue, QueueDepth, QueueEntry } from '../core/ports.ts';

/** What a collector needs of a queue. */
export type Appending = Pick<Queue, 'append' | 'depth' | 'partitions' | 'close'>;

export interface SpillingQueueOptions {
  /** Opens the queue; rejects with Unavailable while it is away. */
  open: () => Promise<Appending>;
  /** A queue on this machine's disk, with as many partitions. What lies in it from before is forwarded first. */
  spill: Queue;
  limits: {
    /** ms between two tries to reach a queue that is away. */
    spillRetryMs: number;
    readEntriesMax: number;
    readBytesMax: number;
  };
  /** Keeps an entry that the queue can never take, so that it does not hold up the others. Resolves when it is durable. */
  setAside: (entry: QueueEntry) => Promise<void>;
  /** Told when the queue goes away and comes back. */
  log: (line: string) => void;
}

/**
 * A queue that is appended to as long as it is there, and a spill on this machine's disk while it is away. What has been
 * spilled is forwarded in its order when the queue is back, and until then all that comes goes behind it. An entry
 * that the queue has taken although it seemed not to is forwarded again: the ids make it once.
 *
 * @throws Unusable (rejects) if the queue and the spill do not have the same partitions
 * @example
 * const queue = await spillingQueue({ open: () => redisQueue({ url }), spill, limits, setAside, log: console.error });
 */
export async function spillingQueue(options: SpillingQueueOptions): Promise<Appending> {
  const { open, spill, limits, log } = options;
  const stopping = new AbortController();
  const move = mover(options);
  /** Entries that are in the spill, or on their way into it. */
  let spilled = (await spill.depth()).entries;
  let queue = await tryOpen(open, spill.partitions);
  let forwarding: Promise<void> | undefined;
  if (spilled > 0 || !queue) forward();

  async function append(entries: QueueEntry[]): Promise<void> {
    if (queue && !forwarding) {
      try {
        return await queue.append(entries);
      } catch (error) {
        // A queue that is full is there, and says itself when it has room.
        if (!(error instanceof Unavailable) || error instanceof QueueFull) throw error;
        log(`the queue is away, and what comes is spilled: ${messageOf(error)}`);
      }
    }
    spilled += entries.length;
    forward();
    await spill.append(entries.map(packed)).catch((error: unknown) => {
      spilled -= entries.length;
      throw error;
    });
  }

  /** Until nothing is left in the spill; only then is the queue appended to again. */
  function forward(): void {
    forwarding ??= (async () => {
      while ((spilled > 0 || !queue) && !stopping.signal.aborted) {
        const moved = await forwardOnce();
        // What is counted and not there is still being written.
        const ms = moved === undefined ? limits.spillRetryMs : moved === 0 ? SOON_MS : 0;
        if (ms > 0) await pause(ms, undefined, { signal: stopping.signal }).catch(() => {});
      }
      forwarding = undefined;
    })();
  }

  /** How many entries went over; undefined: none could. */
  async function forwardOnce(): Promise<number | undefined> {
    try {
      queue ??= await tryOpen(open, spill.partitions);
      if (!queue) return undefined;
      let moved = 0;
      await move(queue, (count) => {
        spilled -= count;
        moved += count;
      });
      return moved;
    } catch (error) {
      if (!(error instanceof Unavailable)) log(`the spill cannot be forwarded: ${messageOf(error)}`);
      return undefined;
    }
  }

  return {
    partitions: spill.partitions,
    append,
    depth: async () => sum(await spill.depth(), await depthOf(queue)),
    async close() {
      stopping.abort();
      await forwarding;
      await queue?.close();
      await spill.close();
    },
  };
}

const SOON_MS = 20;

async function tryOpen(open: SpillingQueueOptions['open'], partitions: number): Promise<Appending | undefined> {
  try {
    const opened = await open();
    if (opened.partitions === partitions) return opened;
    await opened.close();
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    return undefined;
  }
  throw new Unusable(
    `the queue has other partitions than the spill, which has ${partitions}. Use the queue for which it was made (PARTITIONS=${partitions}); or delete the folder "spill" of the data folder, with what is in it.`,
  );
}

type Move = (into: Appending, onMoved: (entries: number) => void) => Promise<void>;

/** Moves what lies in the spill, some of each partition. */
function mover({ spill, limits, setAside, log }: Omit<SpillingQueueOptions, 'open'>): Move {
  const { readEntriesMax: entriesMax, readBytesMax: bytesMax } = limits;

  /** A RangeError is what a queue says of an entry that is too large for it. */
  async function appendOrSetAside(into: Appending, entries: QueueEntry[]): Promise<void> {
    try {
      await into.append(entries);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      const [only, ...others] = entries;
      if (only && others.length === 0) {
        await setAside(only);
        return log(`an entry of the spill is set aside: ${error.message}`);
      }
      // Those that went over before the one in question count once.
      for (const entry of entries) await appendOrSetAside(into, [entry]);
    }
  }

  const positions = new Map<number, Position>();

  return async (into, onMoved) => {
    for (let partition = 0; partition < spill.partitions; partition++) {
      const after = positions.get(partition) ?? NO_POSITION;
      const { entries, incarnation, to } = await spill.read(partition, after, { entriesMax, bytesMax, waitMs: 0 });
      if (entries.length === 0) continue;
      await appendOrSetAside(
        into,
        entries.map(({ body }) => unpacked(partition, body)),
      );
      const position = { incarnation, offset: to, version: 1 };
      positions.set(partition, position);
      onMoved(entries.length);
      await spill.trim(partition, position);
    }
  };
}

/** With its key in front, which a queue on the disk does not keep. */
function packed({ partition, body, key = '' }: QueueEntry): QueueEntry {
  return { partition, body: `${key}\n${body}` };
}

/** What was spilled by a version that kept no keys has no line in front of it: a body is JSON in one line. */
function unpacked(partition: number, text: string): QueueEntry {
  const end = text.indexOf('\n');
  const [key, body] = [text.slice(0, Math.max(end, 0)), text.slice(end + 1)];
  return { partition, body, ...(key && { key }) };
}

/** A queue that is away is no reason to say that nothing can be taken. */
async function depthOf(queue: Appending | undefined): Promise<QueueDepth> {
  try {
    return (await queue?.depth()) ?? { entries: 0, oldest: undefined };
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    return { entries: 0, oldest: undefined };
  }
}

function sum(a: QueueDepth, b: QueueDepth): QueueDepth {
  const times = [a.oldest, b.oldest].filter((time) => time !== undefined);
  return { entries: a.entries + b.entries, oldest: times.length === 0 ? undefined : Math.min(...times) };
}
