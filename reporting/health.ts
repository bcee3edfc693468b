import type { Context } from 'hono';
import { messageOf } from '../core/errors.ts';
import { SITE_KIND } from '../core/site.ts';
import type { Parts } from './parts.ts';

/** `GET /healthz`: whether the store answers, and whether the replica does yet. */
export function health(
  { store, replica }: Pick<Parts, 'store' | 'replica'>,
  onError: (error: unknown) => void,
): (c: Context) => Promise<Response> {
  return async (c) => {
    try {
      await store.documents.get(SITE_KIND, '');
      return c.json({ status: 'ok', replica: replica.state() });
    } catch (error) {
      onError(new Error(`healthz: ${messageOf(error)}`, { cause: error }));
      return c.json({ status: 'unavailable', replica: replica.state() }, 503);
    }
  };
}
