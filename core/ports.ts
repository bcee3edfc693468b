import type { Context, Event, LogEntry } from './event.ts';
import type { VisitorDay } from './visits.ts';

/**
 * The two ports. An adapter is a factory that returns one of them and passes its contract suite
 * (`queue.contract.ts`, `store.contract.ts`) against the real thing.
 */

/** What is appended: the body is opaque to the queue. */
export interface QueueEntry {
  partition: number;
  body: string;
  /** Of what it is, for others who read the log; a queue that nobody else reads leaves it out. */
  key?: string;
}

/**
 * How far a partition's log has been applied. It lives in the store, beside what it speaks of.
 * `version` counts the store's own changes to the partition and never goes back; the pair of `incarnation` and `offset`
 * says where in which log. A partition that was never touched has `NO_POSITION`.
 */
export interface Position {
  incarnation: string;
  offset: string;
  version: number;
}

export const NO_POSITION: Position = { incarnation: '', offset: '', version: 0 };

/** What a log has lost or why it is read again; recorded and alarmed. */
export interface Loss {
  /** `gap`: it starts after the position. `restart`: it is another log, or ends before the position, and is read from its start. */
  kind: 'gap' | 'restart';
  detail: string;
}

export interface Slice {
  /** The log as it is now; entries count from its own start if it is not the position's. */
  incarnation: string;
  /** The offset this slice reaches to: the last entry's, or where the log starts if it has lost what came after the position. */
  to: string;
  /**
   * `at`: when it was appended, in ms since 1970, where the log knows. `id`: the one that its writer has given it, where it has
   * and the log carries such.
   */
  entries: { offset: string; body: string; at?: number; id?: string }[];
  loss?: Loss | undefined;
}

export interface QueueDepth {
  entries: number;
  /** ms since 1970 of the oldest entry that is not trimmed; undefined when there is none. */
  oldest: number | undefined;
}

/** An ordered, durable log by partition. Its order within a partition never changes; it may deliver again and again. */
export interface Queue {
  readonly partitions: number;
  /** Resolves when all entries are durable. Rejects with Unavailable (QueueFull at the limit) when none is known to be. */
  append(entries: QueueEntry[]): Promise<void>;
  /**
   * Runs `handle` for every partition that falls to this process, and aborts its signal when the partition is taken
   * away. Resolves when `signal` is aborted and all handlers have ended.
   */
  claim(handle: (partition: number, signal: AbortSignal) => Promise<void>, signal: AbortSignal): Promise<void>;
  /** The entries after a position; waits up to `waitMs` for some. From the log's start if the position is another log's. */
  read(partition: number, after: Position, options: ReadOptions): Promise<Slice>;
  /** Lets go of what lies up to a position. A courtesy: may do nothing, never lets go of more. */
  trim(partition: number, upTo: Position): Promise<void>;
  depth(): Promise<QueueDepth>;
  close(): Promise<void>;
}

export interface ReadOptions {
  entriesMax: number;
  bytesMax: number;
  waitMs: number;
  signal?: AbortSignal | undefined;
}

/** An entry that can never be applied, with the reason; kept as a document of kind `quarantine`, and replayable. */
export interface Quarantined {
  offset: string;
  reason: string;
  body: string;
}

/** All that one transaction of the store applies. */
export interface Batch {
  partition: number;
  /** The position it was read after. */
  from: Position;
  /** Where it ends. */
  to: { incarnation: string; offset: string };
  entries: LogEntry[];
  quarantine: Quarantined[];
  loss?: Loss | undefined;
}

/** What `apply` did. `fenced`: the position was not `from` any more; nothing was done. */
export type Applied =
  | { fenced: true }
  | {
      fenced: false;
      position: Position;
      /** Events that were new. */
      events: number;
      /** Events whose id was known. */
      duplicates: number;
      /** Of those, how many had other content. */
      conflicts: number;
      /** Events that an erasure keeps out. */
      erased: number;
    };

export interface StoredEvent extends Event {
  site: string;
  received: number;
  context: Context;
}

export interface StoredVisitorDay {
  site: string;
  day: number;
  visitor: string;
  /** Whole, as it is now. */
  state: VisitorDay;
}

/**
 * Whom an erasure names: a visitor's key, and every visit that carries the `user_id`. Without `user_id` the whole site:
 * all that was received for it before the erasure.
 */
export interface Erasure {
  site: string;
  user_id?: string | undefined;
}

/** What a site does not keep any longer; see `retention.ts`. */
export interface Old {
  site: string;
  /** Days, since 1970-01-01, below which there are to be no raw events, and when the first of the others begins (ms since 1970). */
  eventsBefore: number;
  eventsFrom: number;
  /** Days below which there are to be no visits and numbers. */
  visitsBefore: number;
}

/** What changed in a partition after a version: the feed that replicas follow. */
export interface Changes {
  /** Ask for what comes after this next. Equal to `after`: nothing more. */
  version: number;
  events: StoredEvent[];
  visitorDays: StoredVisitorDay[];
  /**
   * In order; what they name is to be removed before `events` and `visitorDays` of the same answer are put in. Each tells
   * one key (`visitor`) of a person, for a replica may not know by whom a browser was used.
   */
  erasures: (Erasure & { visitor?: string | undefined })[];
}

/** The first seed's numbers of one site and day. */
export interface DayStats {
  total_views: number;
  unique_users: number;
  /** Most viewed first, then by path; at most `top`. */
  paths: { path: string; views: number }[];
}

/** Small documents by kind and id: sites, salts, tokens; and what `apply` writes: `quarantine`, `loss`, `refused`. */
export interface Documents {
  get(kind: string, id: string): Promise<unknown>;
  list(kind: string): Promise<{ id: string; value: unknown }[]>;
  put(kind: string, id: string, value: unknown): Promise<void>;
  delete(kind: string, id: string): Promise<void>;
  /** Puts if absent, at most `countMax` of the kind; answers what is there afterwards (undefined: the kind is full). */
  create(kind: string, id: string, value: unknown, options?: CreateOptions): Promise<unknown>;
}

export interface CreateOptions {
  /** Ms since 1970 after which it is gone. */
  expires?: number;
  countMax?: number;
  /** The partition whose batches will write it, where any will: it lies beside what else they write. */
  partition?: number;
}

/** The truth. */
export interface Store {
  position(partition: number): Promise<Position>;
  /** All of a batch, once, or nothing: see `docs/architecture.md`, "Counted once". Rejects with Unavailable when trying again is right. */
  apply(batch: Batch): Promise<Applied>;
  changes(partition: number, after: number, rowsMax: number): Promise<Changes>;
  stats(site: string, day: number, top: number): Promise<DayStats>;
  readonly documents: Documents;
  /**
   * Removes a person's events and visits, or a whole site's with its counts of refused events, and keeps queued ones from
   * coming back. Answers how many events went. A site's own document is not touched.
   */
  erase(partition: number, erasure: Erasure, until: number): Promise<number>;
  /**
   * Deletes a site's raw events, visits and numbers of old days, in portions between which others have their turn. Answers
   * how many events and visitors' days went. The feed does not tell of it: a replica knows the site's choice, too.
   * An aborted signal ends it before the next portion.
   */
  forget(partition: number, old: Old, signal?: AbortSignal): Promise<number>;
  /** Lets die what has reached its age: documents with `expires`, ids and erasures' tombstones. */
  sweep(now: number): Promise<void>;
  close(): Promise<void>;
}
