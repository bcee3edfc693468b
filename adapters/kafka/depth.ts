import { QueueFull } from '../../core/errors.ts';
import type { QueueDepth } from '../../core/ports.ts';
import type { Kafka } from './connection.ts';
import type { Offsets } from './offsets.ts';
import type { Peek } from './peek.ts';

/** What is not trimmed yet, of all partitions. */
export interface Depth {
  depth(): Promise<QueueDepth>;
  /** Throws QueueFull where so many more than there are would be too many. */
  admit(entries: number): void;
  /** Looks now how many there are. */
  look(): Promise<void>;
}

export interface DepthContext {
  kafka: Kafka;
  offsets: Offsets;
  peek: Peek;
  /** Where a partition was trimmed to by us: Kafka may not know yet. */
  trimmed(partition: number): bigint;
  queueEntriesMax: number;
}

/** ms after which it is looked again how many entries there are. */
const LOOK_MS = 1000;

interface Rest {
  entries: number;
  /** Of the partitions that have some, by number: the first of them. */
  firsts: Map<number, bigint>;
}

export function newDepth({ kafka, offsets, peek, trimmed, queueEntriesMax }: DepthContext): Depth {
  /** When the first entry of a partition was appended. */
  const times = new Map<number, { first: bigint; at: number | undefined }>();
  let known = 0;
  let lookedAt = Number.NEGATIVE_INFINITY;
  /** Since then. */
  let admitted = 0;

  async function rest(): Promise<Rest> {
    const [bounds, committed] = await Promise.all([offsets.bounds(), offsets.committed()]);
    const firsts = new Map<number, bigint>();
    let entries = 0;
    for (const [partition, { start, end }] of bounds.entries()) {
      const first = [committed[partition] ?? 0n, trimmed(partition)].reduce((a, b) => (a > b ? a : b), start);
      if (first >= end) continue;
      firsts.set(partition, first);
      entries += Number(end - first);
    }
    return { entries, firsts };
  }

  async function timeOf(partition: number, first: bigint): Promise<number | undefined> {
    const before = times.get(partition);
    if (before?.first === first) return before.at;
    const at = (await peek(partition, first)).entry?.at;
    times.set(partition, { first, at });
    return at;
  }

  async function look(): Promise<void> {
    const before = admitted;
    lookedAt = performance.now();
    known = (await rest()).entries;
    admitted -= before;
  }

  return {
    look,
    async depth() {
      const { entries, firsts } = await rest();
      const all = await Promise.all([...firsts].map(([partition, first]) => timeOf(partition, first)));
      const found = all.filter((at) => at !== undefined);
      return { entries, oldest: found.length === 0 ? undefined : Math.min(...found) };
    },
    admit(entries) {
      // Nobody waits for that: an error of it is one of the next append as well.
      if (performance.now() - lookedAt > LOOK_MS) void look().catch(() => {});
      if (known + admitted + entries > queueEntriesMax) {
        throw new QueueFull(`${kafka.place} holds its limit (queueEntriesMax ${queueEntriesMax})`);
      }
      admitted += entries;
    },
  };
}
