import { z } from 'zod';
import { isId } from '../core/id.ts';
import { isSiteId } from '../core/site.ts';
import { wireLimits } from '../sdk/src/wire.ts';

/** The schemas of single fields that both doors know. */

/** What a custom check says about a value it refuses; `issue.ts` makes the refusal of it. */
export interface Complaint {
  reason: 'invalid' | 'too_long';
  limit: string | number;
  fix: string;
}

/** A text of up to so many characters (UTF-16 units). */
export function text(charsMax: number) {
  return z.string().max(charsMax);
}

/** A text that says something. */
export function filled(charsMax: number) {
  return z.string().min(1).max(charsMax);
}

/** Any version of UUID, in lower case. */
export const id = z
  .string()
  .refine(isId, { params: complain('a UUID', 'send a UUID such as crypto.randomUUID() makes') })
  .toLowerCase();

export const siteId = z.string().refine(isSiteId, {
  params: complain(`1 to ${wireLimits.siteCharsMax} of A-Z a-z 0-9 . _ : -`, "send the site's id, as it was added"),
});

/** ms since 1970; what `Date` can hold. */
export const instant = z.number().min(-8.64e15).max(8.64e15);

/** The complaint of a custom check. */
export function complain(limit: string | number, fix: string, reason: Complaint['reason'] = 'invalid') {
  return { reason, limit, fix } satisfies Complaint as Complaint & Record<string, unknown>;
}
