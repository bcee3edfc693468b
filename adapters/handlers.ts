import type { Queue } from '../core/ports.ts';

export type Handle = Parameters<Queue['claim']>[0];

/** The handlers of the partitions that fall to this process: what a `Queue.claim` keeps, whatever decides who gets which. */
export interface Handlers {
  /** Starts those that do not run, and aborts all others. */
  runOnly(partitions: number[]): void;
  ended(): Promise<unknown>;
}

/** `fail` is told of a handler that rejects. */
export function handlersOf(handle: Handle, fail: (reason: unknown) => void): Handlers {
  const running = new Map<number, AbortController>();
  const ends = new Map<number, Promise<void>>();

  function start(partition: number): void {
    const stop = new AbortController();
    running.set(partition, stop);
    // One that was told to end may have a batch in hand; two at a time would only fence one another.
    const before = ends.get(partition) ?? Promise.resolve();
    const end = before.then(() => (stop.signal.aborted ? undefined : handle(partition, stop.signal)));
    ends.set(partition, end.catch(fail));
  }

  return {
    runOnly(partitions) {
      for (const [partition, stop] of running) {
        if (partitions.includes(partition)) continue;
        running.delete(partition);
        stop.abort();
      }
      for (const partition of partitions) if (!running.has(partition)) start(partition);
    },
    ended: () => Promise.all(ends.values()),
  };
}
