import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { messageOf } from '../../core/errors.ts';
import type { Limits } from '../../core/limits.ts';
import { partitionOf } from '../../core/partition.ts';
import type { Store } from '../../core/ports.ts';
import { newId } from '../../core/id.ts';
import { removeDatabase } from './database.ts';
import { clearExports } from './export-folder.ts';
import { Broken, Building } from './failure.ts';
import { follow } from './follow.ts';
import type { Progress } from './follow.ts';
import { openReplica } from './open.ts';
import type { Opened } from './open.ts';
import { pause } from './pause.ts';
import { questions } from './questions.ts';
import type { Questions } from './questions.ts';

export interface ReplicaOptions {
  /** File of the replica's own; removed and built again whenever it cannot be used. */
  file: string;
  store: Pick<Store, 'position' | 'changes' | 'documents'>;
  /** Partitions of the store. */
  partitions: number;
  /** Those of them that it follows. Default: all. */
  follow?: readonly number[] | undefined;
  limits: Limits;
  now: () => number;
  onError: (error: unknown) => void;
}

/** A copy of the store in columns, to be asked. */
export interface Replica {
  readonly file: string;
  /** `building` until all is here that the store held when following began. */
  state(): { status: 'ok' | 'building'; progress: number; as_of: number };
  /** The partition of a site, and whether that is followed. */
  placeOf(site: string): { partition: number; isFollowed: boolean };
  /** ms since 1970 up to which a site's numbers are complete. */
  asOf(site: string): number;
  /**
   * @throws Building; or as `Questions.ask`
   */
  ask: Questions['ask'];
  /** As `ask`, but beside the questions, one at a time, and with the time that an export has. Who comes second is Busy. */
  askLong: Questions['ask'];
  close(): Promise<void>;
}

/** Who asks much holds up only who asks much, too. */
interface Lanes {
  short: Questions;
  long: Questions;
}

interface OpenReplica {
  lanes: Lanes;
  /** Has it thrown away and built again. */
  condemn(error: Broken): void;
}

interface Now {
  open: OpenReplica | undefined;
  progress: Progress;
}

/** The store's own id, by which a replica knows its store. */
const STORE_KIND = 'store';

/**
 * Keeps a replica: opens or builds it, follows the store, and begins anew when it breaks.
 *
 * @example
 * const kept = replica({ file: './data/replica.duckdb', store, partitions: 8, limits, now: Date.now, onError });
 * await kept.ask((connection) => connection.rows('SELECT count(*)::DOUBLE FROM visits'));
 */
export function replica(options: ReplicaOptions): Replica {
  const { partitions, follow: followed = [...Array(partitions).keys()] } = options;
  const stopping = new AbortController();
  let progress = newProgress(partitions);
  let open: OpenReplica | undefined;
  const ended = keep();

  async function keep(): Promise<void> {
    let retryMs: number = options.limits.retryMsMin;
    while (!stopping.signal.aborted) {
      progress = newProgress(partitions);
      try {
        await live();
        retryMs = options.limits.retryMsMin;
      } catch (error) {
        if (stopping.signal.aborted) return;
        options.onError(new Error(`the replica: ${messageOf(error)}`, { cause: error }));
        if (error instanceof Broken) removeDatabase(options.file);
        if (progress.isReady) retryMs = options.limits.retryMsMin;
        await pause(retryMs, stopping.signal);
        retryMs = Math.min(2 * retryMs, options.limits.retryMsMax);
      }
    }
  }

  /** From one opening to the end, or to the failure after which it is to be opened or built again. */
  async function live(): Promise<void> {
    const opened = await openFor(options);
    clearExports(options.file);
    const lanes = lanesOf(opened, options.limits);
    try {
      await followUntilBroken(opened, lanes);
    } finally {
      open = undefined;
      await Promise.all([lanes.short.close(), lanes.long.close()]);
      opened.close();
    }
  }

  async function followUntilBroken(opened: Opened, lanes: Lanes): Promise<void> {
    const ending = new AbortController();
    let broken: Broken | undefined;
    open = {
      lanes,
      condemn(error) {
        broken ??= error;
        ending.abort();
      },
    };
    await follow({ ...options, followed, opened, progress, signal: AbortSignal.any([stopping.signal, ending.signal]) });
    if (broken) throw broken;
  }

  const now = (): Now => ({ open, progress });
  return {
    file: options.file,
    state: () => ({
      status: open && progress.isReady ? 'ok' : 'building',
      progress: shareOf(progress),
      as_of: Math.min(...progress.asOf),
    }),
    placeOf(site) {
      const partition = partitionOf(site, partitions);
      return { partition, isFollowed: followed.includes(partition) };
    },
    asOf: (site) => progress.asOf[partitionOf(site, partitions)] ?? 0,
    ask: askerOf('short', now),
    askLong: askerOf('long', now),
    async close() {
      stopping.abort();
      await ended;
    },
  };
}

/** Opens the file of the store's replica, or begins one. */
async function openFor({ file, limits, store, onError }: ReplicaOptions): Promise<Opened> {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const identity = (await store.documents.create(STORE_KIND, '', { id: newId() })) as { id: string };
  return openReplica(file, identity.id, limits, (why) => onError(new Error(`the replica is built again: ${why}`)));
}

function askerOf(lane: keyof Lanes, now: () => Now): Questions['ask'] {
  return async (question, signal) => {
    const { open, progress } = now();
    if (!open || !progress.isReady) throw new Building(shareOf(progress));
    try {
      return await open.lanes[lane].ask(question, signal);
    } catch (error) {
      if (error instanceof Broken) open.condemn(error);
      // Whatever it was, the replica it was asked of is gone.
      if (now().open !== open || error instanceof Broken) throw new Building(0);
      throw error;
    }
  };
}

function lanesOf({ database }: Opened, limits: Limits): Lanes {
  const long = { questionMsMax: limits.exportMsMax, questionsAtOnceMax: 1, questionsWaitingMax: 0 };
  return { short: questions(database, limits), long: questions(database, long) };
}

function newProgress(partitions: number): Progress {
  const zeros = (): number[] => Array.from({ length: partitions }, () => 0);
  return { done: zeros(), goal: zeros(), asOf: zeros(), isReady: false };
}

function shareOf({ done, goal, isReady }: Progress): number {
  const sum = (numbers: number[]): number => numbers.reduce((total, one) => total + one, 0);
  if (isReady) return 1;
  const share = sum(goal) === 0 ? 0 : sum(done.map((version, at) => Math.min(version, goal[at] ?? 0))) / sum(goal);
  return Math.floor(share * 1000) / 1000;
}
