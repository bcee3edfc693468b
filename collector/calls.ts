import { isIP } from 'node:net';
import { z } from 'zod';
import { isSiteId } from '../core/site.ts';
import { wireLimits } from '../sdk/src/wire.ts';
import type { RefusedEvent } from './batch.ts';
import { complain, eventType, filled, id, siteId, text, timestamp } from './fields.ts';
import { refusalOf } from './issue.ts';
import { parseJson } from './json.ts';
import { props } from './props.ts';
import { Refusal } from './refusal.ts';

/** What a server sends to `/event`: one event or a list of them, each with its own site. Unknown fields are ignored. */

const HOSTNAME_CHARS_MAX = 253;

const ADDRESS = complain('an IPv4 or IPv6 address', "send the visitor's address, or leave ip out");

const call = z.object({
  site_id: siteId,
  event_type: eventType,
  path: filled(wireLimits.urlCharsMax),
  user_id: filled(wireLimits.userIdCharsMax).optional(),
  timestamp: timestamp.optional(),
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
export interface Call extends z.infer<typeof call> {
  /** What sent the visitor, by a name that is no address, such as `google`. */
  ref?: string | undefined;
  /** Of the second seed's event what goes on as it was said. */
  said?: { event: string; props?: Record<string, unknown> } | undefined;
}

export interface Calls {
  /** Whether the body was a list, and so the answer is one. */
  list: boolean;
  /** How many events were sent. */
  count: number;
  calls: { index: number; call: Call }[];
  /** `siteId`: the site that it names, if it names one. */
  refused: (RefusedEvent & { siteId: string | undefined })[];
}

/** A form in which servers' events come. */
export interface CallForm {
  /** Judges one event. `at` is where it is in the body: '', or `[3]`. */
  parse(item: unknown, at: string): Call | Refusal;
  /** The site that an event names, even one that is refused. */
  siteOf(item: unknown): string | undefined;
}

/** As they come to `/event`. */
export const callForm: CallForm = {
  parse(item, at) {
    const result = call.safeParse(item);
    return result.success ? result.data : refusalOf(result.error, at);
  },
  siteOf(item) {
    if (typeof item !== 'object' || item === null || !('site_id' in item)) return undefined;
    return typeof item.site_id === 'string' && isSiteId(item.site_id) ? item.site_id : undefined;
  },
};

/** The events of a server's request, each judged by itself, or the refusal of the whole. */
export function parseCalls(body: string, eventsMax: number, form: CallForm): Calls | Refusal {
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
    const one = form.parse(item, list ? `[${index}]` : '');
    if (one instanceof Refusal) parsed.refused.push({ index, refusal: one, siteId: form.siteOf(item) });
    else parsed.calls.push({ index, call: one });
  }
  return parsed;
}

/** How many events a request has that is refused as a whole. */
export function countCalls(body: string): number {
  const json = parseJson(body);
  return Array.isArray(json) ? Math.max(1, json.length) : 1;
}
