import type { Limits } from '../../core/limits.ts';
import type { Changes, Position, Store } from '../../core/ports.ts';
import { allOld } from '../../core/retention.ts';
import { readBook } from './book.ts';
import type { Book } from './book.ts';
import type { Connection } from './database.ts';
import { Broken, DatabaseError, TooHeavy } from './failure.ts';
import { forget } from './forget.ts';
import { transaction } from './open.ts';
import type { Opened } from './open.ts';
import { pause } from './pause.ts';
import { settle } from './settle.ts';
import { eraseFrom, take } from './take.ts';

export interface FollowOptions {
  store: Pick<Store, 'position' | 'changes' | 'documents'>;
  opened: Opened;
  /** Of the store, and which of them are followed. */
  partitions: number;
  followed: readonly number[];
  limits: Pick<
    Limits,
    | 'replicaPollMs'
    | 'replicaReadRowsMax'
    | 'replicaRecentHours'
    | 'replicaRecentRowsMax'
    | 'replicaSettleMs'
    | 'retryMsMin'
    | 'retryMsMax'
  >;
  signal: AbortSignal;
  now: () => number;
  progress: Progress;
  /** Told of failures it goes on after. */
  onError: (error: unknown) => void;
}

/** How far following has come; `follow` keeps it up to date. */
export interface Progress {
  /** By partition: the versions followed, and those to be followed until the replica is built. */
  done: number[];
  goal: number[];
  /** By partition, in ms since 1970: up to when all that was stored is here. 0: not known yet. */
  asOf: number[];
  isReady: boolean;
}

interface Step {
  partition: number;
  changes: Changes;
  position: Position;
}

const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;
const FAILURES_MAX = 3;
/** Rows of a step that are not made fewer. */
const ROWS_MIN = 100;

/**
 * Follows the store until the signal is aborted. Failures of the store are waited for.
 *
 * @throws Broken when the file is to be thrown away: it is damaged or gone, or the store is another than it was
 */
export async function follow(options: FollowOptions): Promise<void> {
  const { limits, signal, onError } = options;
  let failures = 0;
  let retryMs = limits.retryMsMin;
  let rowsMax = limits.replicaReadRowsMax;
  while (!signal.aborted) {
    try {
      await followOn(options, rowsMax, () => {
        failures = 0;
        retryMs = limits.retryMsMin;
      });
    } catch (error) {
      if (signal.aborted) return;
      // What does not fit into memory at once may do in smaller steps. To build anew would not help.
      if (error instanceof TooHeavy) rowsMax = Math.min(rowsMax, Math.max(ROWS_MIN, Math.floor(rowsMax / 4)));
      else if (error instanceof DatabaseError) failures += 1;
      if (error instanceof Broken) throw error;
      if (failures >= FAILURES_MAX)
        throw new Broken(`${(error as Error).message} (${failures} times)`, { cause: error });
      onError(error);
      await pause(retryMs, signal);
      retryMs = Math.min(retryMs * 2, limits.retryMsMax);
    }
  }
}

async function followOn(options: FollowOptions, rowsMax: number, onSuccess: () => void): Promise<void> {
  const { store, opened, partitions, followed, limits, signal, now, progress } = options;
  const { connection } = opened;
  const book = await readBook(connection, partitions);
  const settling = settler(options, book, await countRecent(connection));
  for (const partition of followed) {
    const position = await store.position(partition);
    compare(partition, book.positionOf(partition), position);
    progress.goal[partition] = position.version;
    progress.done[partition] = book.positionOf(partition).version;
  }
  while (!signal.aborted) {
    const began = now();
    const { steps, more } = await look(options, book, rowsMax);
    if (steps.length > 0) await transaction(connection, () => write(connection, book, steps));
    for (const step of steps) progress.done[step.partition] = step.changes.version;
    settling.note(steps);
    const caughtUp = progress.done.every((version, partition) => version >= (progress.goal[partition] ?? 0));
    if (caughtUp && !progress.isReady) await settling.run();
    else await settling.runIfDue(!more);
    if (!more) progress.asOf.fill(began);
    if (caughtUp) progress.isReady = true;
    if (!opened.isInPlace()) throw new Broken('its file is gone');
    onSuccess();
    if (!more) await pause(restMs(limits.replicaPollMs, now() - began), signal);
  }
}

/** What is left of a time; a clock that was set back does not make it longer. */
function restMs(ms: number, gone: number): number {
  return Math.min(ms, Math.max(0, ms - gone));
}

/** What changed in all partitions that are followed, as far as it is one step's. */
async function look(options: FollowOptions, book: Book, rowsMax: number): Promise<{ steps: Step[]; more: boolean }> {
  const { store, followed } = options;
  const steps: Step[] = [];
  let rows = 0;
  let more = false;
  for (const partition of followed) {
    const known = book.positionOf(partition);
    const position = await store.position(partition);
    if (position.version === known.version) continue;
    compare(partition, known, position);
    if (rows >= rowsMax) {
      more = true;
      continue;
    }
    const changes = await store.changes(partition, known.version, rowsMax - rows);
    rows += changes.events.length + changes.visitorDays.length;
    if (changes.version < position.version) more = true;
    // What the log's position was at another version than the last is not known.
    const isLast = changes.version === position.version;
    const place = isLast ? position : { incarnation: '', offset: '', version: changes.version };
    steps.push({ partition, changes, position: place });
  }
  return { steps, more };
}

async function write(connection: Connection, book: Book, steps: Step[]): Promise<void> {
  await eraseFrom(
    connection,
    (id) => book.siteOf(id),
    steps.flatMap(({ changes }) => changes.erasures),
  );
  const settledBelow = Math.max(...steps.map(({ partition }) => book.settledBelow(partition)));
  const events = steps.flatMap(({ changes }) => changes.events);
  const visitorDays = steps.flatMap(({ changes }) => changes.visitorDays);
  await take(connection, book, { events, visitorDays }, settledBelow);
  for (const { partition, position } of steps) await book.write(partition, position);
}

/** @throws Broken if the store is not the one that was followed */
function compare(partition: number, known: Position, position: Position): void {
  const { version, incarnation, offset } = position;
  if (version < known.version) throw new Broken(`the store's partition ${partition} has gone back`);
  if (version > known.version || known.incarnation === '') return;
  if (incarnation !== known.incarnation || offset !== known.offset) {
    throw new Broken(`the store's partition ${partition} is another`);
  }
}

/** Decides when what is not recent any more is laid by, and what a site does not keep any longer is deleted. */
function settler(options: FollowOptions, book: Book, recent: number) {
  const { store, opened, limits, now, followed, progress } = options;
  const received = new Map<number, number>();
  let rows = recent;
  let rowsAtLast = 0;
  let at = now();

  /** By partition: the days below this are not expected to change. */
  function days(): Map<number, number> {
    const found = new Map<number, number>();
    for (const partition of followed) {
      const isCaughtUp = (progress.done[partition] ?? 0) >= (progress.goal[partition] ?? 0);
      const until = isCaughtUp ? now() : received.get(partition);
      if (until === undefined) continue;
      found.set(partition, Math.floor((until - limits.replicaRecentHours * HOUR_MS) / DAY_MS) + 1);
    }
    return found;
  }

  async function run(): Promise<void> {
    const olds = await allOld(store.documents, now());
    await transaction(opened.connection, async () => {
      await settle(opened.connection, book, days());
      await forget(opened.connection, olds);
    });
    rows = await countRecent(opened.connection);
    rowsAtLast = rows;
    at = now();
  }

  return {
    note(steps: Step[]): void {
      for (const { partition, changes } of steps) {
        rows += changes.events.length;
        for (const event of changes.events) {
          received.set(partition, Math.max(received.get(partition) ?? 0, Math.min(event.received, now())));
        }
      }
    },
    run,
    /** `isIdle`: there is nothing more to follow right now. */
    async runIfDue(isIdle: boolean): Promise<void> {
      const isMuch = rows > limits.replicaRecentRowsMax && rows > 1.5 * rowsAtLast;
      if (isMuch || (isIdle && now() - at > limits.replicaSettleMs)) await run();
    },
  };
}

async function countRecent(connection: Connection): Promise<number> {
  const [row] = await connection.rows('SELECT count(*)::DOUBLE FROM events_recent');
  return Number(row?.[0]);
}
