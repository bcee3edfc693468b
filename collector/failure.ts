import { QueueFull, Unavailable } from '../core/errors.ts';
import type { Parts } from './parts.ts';
import { Refusal } from './refusal.ts';

/** What a caller is told when the queue or the store cannot do its part. What went wrong goes to the log only. */
export function refusalOfFailure({ log }: Pick<Parts, 'log'>, error: unknown): Refusal {
  const fix = 'send the same request again after Retry-After seconds';
  if (error instanceof QueueFull) {
    log('the queue is full', error);
    return new Refusal('queue_full', 'queue', 'its size', fix, 'the queue is full; nothing was stored');
  }
  if (error instanceof Unavailable) {
    log('not available', error);
    return new Refusal('unavailable', 'service', 'available', fix, 'not available now; nothing was stored');
  }
  log('unexpected error', error);
  return new Refusal('internal', 'service', 'no error', fix, 'an error on our side; nothing was stored');
}
