import type { Track } from './track.ts';
import type { WireAnswer, WireEvent, WireRefusal } from './wire.ts';

/**
 * What has become of an event: `stored`; `refused`, for which sending it again is no use; `dropped` by the page or by its visitor's wish, never
 * sent; `unknown`, for the page was left, or no collector answered.
 */
export type Outcome = 'stored' | 'refused' | 'dropped' | 'unknown';
export type Done = (outcome: Outcome) => void;

/** An event that waits to be sent. */
export interface Kept {
  _event: WireEvent;
  _done: Done | undefined;
  /** Whether another page has left it. */
  _isAdopted?: boolean;
}

/** What is asked of an answer; by itself, so that the package's types need none of the browser's. */
export interface Answer {
  status: number;
  headers: { get(name: string): string | null };
  json(): Promise<unknown>;
}

/** A collector's answer to a batch, or to a request that it refused as a whole. */
export type Told = Partial<WireAnswer & WireRefusal>;

/** What modules may change in the way to the collector. */
interface Way {
  /** Whether nothing is in a hurry, as after a failure. */
  _isSlow?: boolean;
  /** Why nothing may be sent yet: 1, nobody has seen the page; 2, consent is awaited. */
  _held?: number;
  /** Edits a page view or event before it is kept; nothing: it is not counted. */
  _edit?: (event: WireEvent) => WireEvent | undefined;
  /** Told what went wrong, where someone is to know. */
  _tell?: (error: unknown) => undefined;
  /** Called when a page view begins. */
  _begun?: () => void;
  /** Called when a page view is left or hidden; told whether the page itself is being left. */
  _leaving?: (isGoing: boolean | undefined) => void;
  /** Called when an event is kept to be sent. */
  _added?: (item: Kept) => void;
  /** Told of what was sent; without an answer where none can be read. */
  _sent: (events: Kept[], answer?: Promise<Answer>) => unknown;
  /** Told of each answer, or why there was none that a collector gives. */
  _heard?: (events: Kept[], told: Told, error: unknown) => void;
  /** Counts, in place of `count`. */
  _track?: Track;
  /** Tells what has become of events. */
  _end?: (events: Kept[], outcome: Outcome) => void;
}

/** Where nobody listens to answers. */
export const unheard: Way['_sent'] = (_events, answer) => answer?.catch(() => {});

export const way: Way = { _sent: unheard };
