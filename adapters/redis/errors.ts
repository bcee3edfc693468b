import { QueueFull, Unavailable, Unusable } from '../../core/errors.ts';

/**
 * Errors of ioredis in the terms of the ports. Only their words are passed on: what hangs on them are the command's
 * arguments, which are people's data, or the password.
 */

/** What Redis answers while it cannot do what it will be able to do later. */
const PASSING = /^(BUSY|CLUSTERDOWN|LOADING|MASTERDOWN|MISCONF|NOREPLICAS|OOM|READONLY|TRYAGAIN)\b/;

/** Whether Redis itself said no. */
export function isReply(error: unknown): error is Error {
  return error instanceof Error && error.name === 'ReplyError';
}

/** An error at the opening, where a no for good means that something is set up wrong. */
export function refused(place: string, error: unknown): Error {
  if (!isReply(error) || PASSING.test(error.message)) return translated(place, error);
  return new Unusable(
    `${place} cannot be used: ${error.message}. Footfall needs Redis 7 or later, or Valkey, and a user that may run scripts on keys that nothing else uses.`,
  );
}

/** An error later on: the set-up was right once, so that trying again is. */
export function translated(place: string, error: unknown): Unavailable {
  if (!isReply(error)) return new Unavailable(`${place} is away: ${wordsOf(error)}`);
  if (error.message.startsWith('OOM')) return new QueueFull(`${place} is full: ${error.message}`);
  return new Unavailable(`${place} refuses: ${error.message}`);
}

/** Node says of a host with several addresses only by the code that none could be reached. */
function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return 'the connection is closed';
  return error.message || ('code' in error ? String(error.code) : error.name);
}
