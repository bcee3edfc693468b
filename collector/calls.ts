import { isIP } from 'node:net';
import { z } from 'zod';
import { isSiteId } from '../core/site.ts';
import { ENGAGEMENT, PAGEVIEW, wireLimits } from '../sdk/src/wire.ts';
import type { RefusedEvent } from './batch.ts';
import { complain, filled, id, siteId, text } from './fields.ts';
import { refusalOf } from './issue.ts';
import { parseJson } from './json.ts';
import { props } from './props.ts';
import { Refusal } from './refusal.ts';

/** What a server sends to `/event`: one event or a list of them, each with its own site. Unknown fields are ignored. */

const HOSTNAME_CHARS_MAX = 253;

const NAMES = complain('page_view or the name of a custom event', 'send engagement to the door for browsers');
const TIMESTAMP = complain('ISO 8601 with a zone', 'send a timestamp such as 2026-11-22T19:30:01Z or …+01:00');
const ADDRESS = complain('an IPv4 or IPv6 address', "send the visitor's address, or leave ip out");

/** The name under which the reports know the first seed's page view. */
const names = new Map([['page_view', PAGEVIEW]]);

const call = z.object({
  site_id: siteId,
  event_type: filled(wireLimits.nameCharsMax)
    .refine((name) => name !== ENGAGEMENT, { params: NAMES })
    .transform((name) => names.get(name) ?? name),
  path: filled(wireLimits.urlCharsMax),
  user_id: filled(wireLimits.userIdCharsMax).optional(),
  timestamp: z
    .string()
    .max(40)
    .refine((value) => z.iso.datetime({ offset: true }).safeParse(value).success, { params: TIMESTAMP })
    .transform((value) => Date.parse(value))
    .optional(),
  event_id: id.optional(),
  ip: z
    .string()
    .refine((value) => isIP(value) !== 0, { params: ADDRESS })
    .optional(),
  user_agent: z.string().optional(),
  referrer: text(wireLimits.urlCharsMax).optional(),
  hostname: text(HOSTNAME_CHARS_MAX).optional(),
  title: text(wireLimits.titleCharsMax).optional(),
  props,
  language: text(wireLimits.languageCharsMax).optional(),
});

/** A server's event, parsed: `event_type` is the event's name, `timestamp` is in ms since 1970. */
export type Call = z.infer<typeof call>;

export interface Calls {
  /** Whether the body was a list, and so the answer is one. */
  list: boolean;
  /** How many events were sent. */
  count: number;
  calls: { index: number; call: Call }[];
  /** `siteId`: the site that it names, if it names one. */
  refused: (RefusedEvent & { siteId: string | undefined })[];
}

/** The events of a server's request, each judged by itself, or the refusal of the whole. */
export function parseCalls(body: string, eventsMax: number): Calls | Refusal {
  const json = parseJson(body);
  if (json instanceof Refusal) return json;
  const list = Array.isArray(json);
  const items: unknown[] = list ? json : [json];
  if (items.length === 0) return new Refusal('invalid', 'body', 'not empty', 'send at least one event', 'no event');
  if (items.length > eventsMax) {
    const fix = `send at most ${eventsMax} events in one request`;
    return new Refusal('too_large', 'body', eventsMax, fix, `the list has more than ${eventsMax} events`);
  }
  const parsed: Calls = { list, count: items.length, calls: [], refused: [] };
  for (const [index, item] of items.entries()) {
    const result = call.safeParse(item);
    if (result.success) parsed.calls.push({ index, call: result.data });
    else
      parsed.refused.push({ index, refusal: refusalOf(result.error, list ? `[${index}]` : ''), siteId: siteOf(item) });
  }
  return parsed;
}

function siteOf(item: unknown): string | undefined {
  if (typeof item !== 'object' || item === null || !('site_id' in item)) return undefined;
  return typeof item.site_id === 'string' && isSiteId(item.site_id) ? item.site_id : undefined;
}
