import type { Context } from 'hono';
import { Unavailable } from '../core/errors.ts';
import { Wrong } from './question/wrong.ts';
import { refuse } from './refuse.ts';
import { Building, Busy, Interrupted, Locked, TooHeavy } from './replica/failure.ts';

/** What went wrong, as an answer. Only what nobody expects is told to `onError`. */
export function refuseFailure(c: Context, error: unknown, onError: (error: unknown) => void): Response {
  if (error instanceof Wrong) {
    const { field, limit, fix, allowed } = error;
    return refuse(c, 'question', { field, limit, fix, allowed });
  }
  if (error instanceof Building || error instanceof Locked) {
    const progress = error instanceof Building ? error.progress : 0;
    return refuse(c, 'building', { ...NOTHING, progress, fix: 'ask again: the numbers are being put together' });
  }
  if (error instanceof Busy) return refuse(c, 'busy', { ...NOTHING, fix: 'ask again, or ask less at once' });
  if (error instanceof Interrupted) {
    return refuse(c, 'timeout', { ...NOTHING, fix: 'ask for a shorter range or fewer dimensions' });
  }
  if (error instanceof TooHeavy) {
    return refuse(c, 'too_heavy', { ...NOTHING, fix: 'ask for a shorter range or fewer dimensions' });
  }
  onError(error);
  if (error instanceof Unavailable) return refuse(c, 'unavailable', { ...NOTHING, fix: 'ask again' });
  return refuse(c, 'internal', { ...NOTHING, fix: 'try again; the server has logged what went wrong' });
}

const NOTHING = { field: '', limit: '' };
