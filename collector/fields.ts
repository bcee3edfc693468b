import { z } from 'zod';
import { isId } from '../core/id.ts';
import { isSiteId } from '../core/site.ts';
import { ENGAGEMENT, PAGEVIEW, wireLimits } from '../sdk/src/wire.ts';

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

/** The name under which the reports know the seeds' page view. */
const names = new Map([['page_view', PAGEVIEW]]);

/** What a server calls an event: `page_view`, or the name of a custom event. Becomes the event's name. */
export const eventType = filled(wireLimits.nameCharsMax)
  .refine((name) => name !== ENGAGEMENT, {
    params: complain('page_view or the name of a custom event', 'send engagement to the door for browsers'),
  })
  .transform((name) => names.get(name) ?? name);

/** ISO 8601. Becomes ms since 1970. */
export const timestamp = z
  .string()
  .max(40)
  .refine((value) => z.iso.datetime({ offset: true }).safeParse(value).success, {
    params: complain('ISO 8601 with a zone', 'send a timestamp such as 2026-11-22T19:30:01Z or …+01:00'),
  })
  .transform((value) => Date.parse(value));

/** ms since 1970; what `Date` can hold. */
export const instant = z.number().min(-8.64e15).max(8.64e15);

/** The complaint of a custom check. */
export function complain(limit: string | number, fix: string, reason: Complaint['reason'] = 'invalid') {
  return { reason, limit, fix } satisfies Complaint as Complaint & Record<string, unknown>;
}
