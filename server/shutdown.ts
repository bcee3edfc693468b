import { messageOf } from '../core/errors.ts';

export interface StopOptions {
  /** ms that stopping may take. */
  msMax: number;
  /** Whether to stop, too, when the parent process ends. */
  withParent: boolean;
  log: (line: string) => void;
}

const PARENT_LOOK_MS = 500;
/** The part of the time after which what still hangs is left, so that the process is gone when the time is over. */
const LEAVE_SHARE = 0.8;
/** A Ctrl-C may arrive twice, from the terminal and from npm; only a later one means impatience. */
const SAME_SIGNAL_MS = 1000;

/**
 * Waits for SIGTERM, SIGINT or the parent's end, then stops in order. What hangs, for a queue or a store does not answer,
 * is left in time; a second signal ends it at once. What is in the queue by then stays there, so nothing that was answered
 * with success is lost in any case.
 *
 * @returns the exit code
 */
export function stopOnSignals(stop: () => Promise<void>, { msMax, withParent, log }: StopOptions): Promise<number> {
  return new Promise((resolve) => {
    let began = 0;
    function begin(why: string): void {
      if (began > 0) {
        if (Date.now() - began > SAME_SIGNAL_MS) resolve(1);
        return;
      }
      began = Date.now();
      log(`${why}: finishing what is in hand`);
      const leaveMs = msMax * LEAVE_SHARE;
      setTimeout(() => {
        log(`not done within ${leaveMs} of ${msMax} ms (SHUTDOWN_MS_MAX); leaving what hangs`);
        resolve(0);
      }, leaveMs).unref();
      stop().then(
        () => resolve(0),
        (error: unknown) => {
          log(`while stopping: ${messageOf(error)}`);
          resolve(1);
        },
      );
    }
    process.on('SIGTERM', begin);
    process.on('SIGINT', begin);
    const parent = process.ppid;
    if (withParent) setInterval(() => process.ppid === parent || begin('the parent has ended'), PARENT_LOOK_MS).unref();
  });
}
