import type { Position, Queue } from '../../core/ports.ts';
import type { Kafka } from './connection.ts';
import { pointOf } from './cursor.ts';
import type { Offsets } from './offsets.ts';
import type { Peek } from './peek.ts';
import type { Topic } from './topic.ts';

/** Commits offsets for the group as one of its members. */
export type Commit = (
  offsets: { topic: string; partition: number; offset: bigint; leaderEpoch: number }[],
) => Promise<void>;

export interface Trim {
  trim: Queue['trim'];
  /** Where a partition was trimmed to by us; 0 if it was not. */
  trimmed(partition: number): bigint;
  /** While this process is a member of the group, nobody else may commit: by this it does. */
  commitBy(commit: Commit | undefined): void;
  /** Commits what is still to be committed, and forgets it: from then on partitions may be another's, who is further. */
  settle(): Promise<void>;
}

export interface TrimContext {
  kafka: Kafka;
  topic: Topic;
  offsets: Offsets;
  peek: Peek;
  /** Hours for which applied entries are kept, for other programs and for a restart of the log. */
  retentionHours: number;
}

/** ms between two commits, of all partitions together. */
const COMMIT_MS = 1000;
/** ms between two looks for entries of a partition that are old enough to be deleted. */
const DELETE_MS = 10 * 60 * 1000;
const HOUR_MS = 60 * 60 * 1000;

/**
 * `Queue.trim`. The position is committed for Footfall's group, for whoever looks at the lag: nothing is ever read by it.
 * Now and then entries are deleted that are both applied and old.
 */
export function newTrim(context: TrimContext): Trim {
  const { kafka, topic } = context;
  const reached = new Map<number, bigint>();
  let log = '';
  const commits = newCommits(kafka, topic);
  const deleteUpTo = newDeletion(context);

  return {
    async trim(partition, upTo) {
      const point = pointOf(upTo.offset);
      if (point?.at === undefined || !(await isLog(kafka, upTo.incarnation))) return;
      if (log !== upTo.incarnation) reached.clear();
      log = upTo.incarnation;
      reached.set(partition, point.next);
      commits.put(partition, point.next);
      await deleteUpTo(partition, upTo, point.next);
    },
    trimmed: (partition) => reached.get(partition) ?? 0n,
    commitBy: commits.by,
    settle: commits.settle,
  };
}

/** Whether the topic has this id. */
async function isLog(kafka: Kafka, id: string): Promise<boolean> {
  const known = kafka.admin.currentMetadata?.topics.get(kafka.topic)?.id;
  if (known === id) return true;
  const look = { topics: [kafka.topic], forceUpdate: true };
  return (await kafka.ask(() => kafka.admin.metadata(look))).topics.get(kafka.topic)?.id === id;
}

/** Nobody waits for a commit: what is trimmed does not hang on it. */
function newCommits(kafka: Kafka, { name, group }: Topic) {
  const waiting = new Map<number, bigint>();
  let member: Commit | undefined;
  let timer: NodeJS.Timeout | undefined;
  let last = Promise.resolve();

  async function commit(offsets: [number, bigint][]): Promise<void> {
    if (member) {
      await member(offsets.map(([partition, offset]) => ({ topic: name, partition, offset, leaderEpoch: -1 })));
      return;
    }
    const partitionOffsets = offsets.map(([partition, offset]) => ({ partition, offset }));
    const topics = [{ name, partitionOffsets }];
    await kafka.ask(() => kafka.admin.alterConsumerGroupOffsets({ groupId: group, topics }));
  }

  /** What cannot be committed now is later, if we may be `late`: there may be no further trim. */
  async function flush(late = true): Promise<void> {
    const offsets = [...waiting];
    waiting.clear();
    if (offsets.length === 0) return;
    try {
      await commit(offsets);
    } catch {
      if (!late) return;
      for (const [partition, next] of offsets) if (!waiting.has(partition)) waiting.set(partition, next);
      flushLater();
    }
  }

  function flushLater(): void {
    timer ??= setTimeout(() => {
      timer = undefined;
      last = last.then(() => flush());
    }, COMMIT_MS).unref();
  }

  return {
    /** At once after a while without any; else with those that come meanwhile. */
    put(partition: number, next: bigint): void {
      waiting.set(partition, next);
      if (timer) return;
      last = last.then(() => flush());
      flushLater();
    },
    by(next: Commit | undefined): void {
      member = next;
    },
    settle(): Promise<void> {
      clearTimeout(timer);
      timer = undefined;
      last = last.then(() => flush(false));
      return last;
    },
  };
}

/** Does nothing if the position's entry is not there: what then lies before it may be other entries, that nobody has read. */
function newDeletion({ kafka, topic: { name }, offsets, peek, retentionHours }: TrimContext) {
  const retentionMs = retentionHours * HOUR_MS;
  const everyMs = Math.min(DELETE_MS, retentionMs);
  const doneAt = new Map<number, number>();

  return async (partition: number, upTo: Position, next: bigint): Promise<void> => {
    if (performance.now() - (doneAt.get(partition) ?? Number.NEGATIVE_INFINITY) < everyMs) return;
    doneAt.set(partition, performance.now());
    const young = retentionMs === 0 ? next : await offsets.since(partition, Date.now() - retentionMs);
    const offset = young < next ? young : next;
    const { id, entry } = await peek(partition, next - 1n);
    if (offset === 0n || id !== upTo.incarnation || entry?.offset !== upTo.offset) return;
    const topics = [{ name, partitions: [{ partition, offset }] }];
    await kafka.ask(() => kafka.admin.deleteRecords({ topics }));
  };
}
