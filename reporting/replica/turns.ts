import type { Limits } from '../../core/limits.ts';
import { Busy, Interrupted } from './failure.ts';

export const NOBODY_WAITS = 'nobody waits for it';

/** Lets some go at once, and the others wait for their turn. */
export interface Turns {
  /**
   * Resolves when it is this one's turn; then `pass` is to be called once.
   *
   * @throws Busy if too many wait, or it waited too long; Interrupted when the signal is aborted
   */
  wait(signal: AbortSignal | undefined): Promise<void>;
  pass(): void;
}

export function turns(limits: Pick<Limits, 'questionMsMax' | 'questionsAtOnceMax' | 'questionsWaitingMax'>): Turns {
  const waiting = new Set<() => void>();
  let free = Math.max(1, limits.questionsAtOnceMax);
  return {
    wait(signal) {
      if (signal?.aborted) throw new Interrupted(NOBODY_WAITS);
      if (free > 0) {
        free -= 1;
        return Promise.resolve();
      }
      if (waiting.size >= limits.questionsWaitingMax) throw new Busy('too many questions wait');
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => leave(new Busy('it waited too long')), limits.questionMsMax);
        const abort = (): void => leave(new Interrupted(NOBODY_WAITS));
        const start = (): void => {
          clearTimeout(timer);
          signal?.removeEventListener('abort', abort);
          resolve();
        };
        function leave(error: Error): void {
          clearTimeout(timer);
          waiting.delete(start);
          reject(error);
        }
        signal?.addEventListener('abort', abort, { once: true });
        waiting.add(start);
      });
    },
    pass() {
      const [next] = waiting;
      if (next) {
        waiting.delete(next);
        next();
      } else {
        free += 1;
      }
    },
  };
}
