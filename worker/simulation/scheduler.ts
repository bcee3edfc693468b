import type { Random } from '../../core/sample.contract.ts';

/**
 * Time and chance of the simulation. Every call of a port and every pause is put on a list and waits there until the
 * scheduler picks it, so that any order can come about, and the same seed brings the same.
 */

/** A program that may crash or stand still. */
export interface Process {
  name: string;
  isAlive: boolean;
  isPaused: boolean;
}

export type CallKind = 'position' | 'read' | 'apply' | 'trim' | 'sweep' | 'sleep' | 'other';

/** A call that has been made and has had no effect yet. */
export interface Call {
  process: Process;
  kind: CallKind;
  /** ms of a pause. */
  ms: number;
  isReady(): boolean;
  /** What the call does; may throw. */
  effect(): unknown;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

export interface Scheduler {
  /** The clock in ms. It stands still but for pauses that end, and `advance`. */
  now(): number;
  advance(ms: number): void;
  call<T>(process: Process, kind: CallKind, effect: () => T, isReady?: () => boolean): Promise<T>;
  sleep(process: Process, ms: number, signal: AbortSignal): Promise<void>;
  /** One of the calls that could take effect now, taken off the list; undefined if there is none but long pauses. */
  pick(): Call | undefined;
  /** Any call of a kind that waits, ready or not, taken off the list. */
  pickWaiting(kind: CallKind): Call | undefined;
  /** Resolves when all programs wait for a call again. */
  settled(): Promise<void>;
  /** Forgets the calls of a process: it will never hear of them. */
  forget(process: Process): void;
}

/** Pauses of housekeeping: ended now and then, and nothing to wait for. */
const LONG_MS = 30_000;
const LONG_SHARE = 0.03;

export function scheduler(random: Random, start: number): Scheduler {
  let clock = start;
  let calls: Call[] = [];

  function put(call: Omit<Call, 'resolve' | 'reject'>): Promise<unknown> {
    return new Promise((resolve, reject) => {
      calls.push({ ...call, resolve, reject });
    });
  }

  function takeOne(isOne: (call: Call) => boolean): Call | undefined {
    const fitting = calls.filter((call) => call.process.isAlive && !call.process.isPaused && isOne(call));
    if (fitting.length === 0) return undefined;
    const one = random.pick(fitting);
    calls.splice(calls.indexOf(one), 1);
    return one;
  }

  return {
    now: () => clock,
    advance(ms) {
      clock += ms;
    },
    // What `effect` answers is what the promise is resolved with.
    call: <T>(process: Process, kind: CallKind, effect: () => T, isReady = (): boolean => true) =>
      put({ process, kind, ms: 0, isReady, effect }) as Promise<T>,
    async sleep(process, ms, signal) {
      const due = clock + ms;
      const effect = (): void => {
        if (!signal.aborted) clock = Math.max(clock, due);
      };
      await put({ process, kind: 'sleep', ms, isReady: () => true, effect });
    },
    pick() {
      if (random.chance(LONG_SHARE)) return takeOne((call) => call.isReady());
      return takeOne((call) => call.ms < LONG_MS && call.isReady());
    },
    pickWaiting: (kind) => takeOne((call) => call.kind === kind),
    // Node.js runs what `nextTick` was given only once no promise has anything left to do.
    settled: () => new Promise((resolve) => process.nextTick(resolve)),
    forget(gone) {
      calls = calls.filter((call) => call.process !== gone);
    },
  };
}
