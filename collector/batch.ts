import { z } from 'zod';
import { ENGAGEMENT, wireLimits } from '../sdk/src/wire.ts';
import { filled, id, instant, siteId, text } from './fields.ts';
import { refusalOf } from './issue.ts';
import { parseJson } from './json.ts';
import { page } from './page.ts';
import { props } from './props.ts';
import { Refusal } from './refusal.ts';

/** The browser's batch (`sdk/src/wire.ts`), parsed. Fields it does not know are ignored: a newer SDK may send them. */

const envelope = z.object({
  site: siteId,
  sent: instant.optional(),
  offset: instant.optional(),
  language: text(wireLimits.languageCharsMax).optional(),
  user_id: filled(wireLimits.userIdCharsMax).optional(),
  gpc: z.boolean().optional(),
  webdriver: z.boolean().optional(),
  /** Judged with each event that has none of its own. */
  url: z.unknown().optional(),
  events: z.array(z.unknown()).min(1).max(wireLimits.eventsPerBatchMax),
});

/** ISO 4217 has three. */
const CURRENCY_CHARS_MAX = 3;

const event = z.object({
  id,
  name: filled(wireLimits.nameCharsMax),
  time: instant,
  url: page,
  referrer: text(wireLimits.urlCharsMax).optional(),
  title: text(wireLimits.titleCharsMax).optional(),
  props,
  revenue: z.object({ amount: z.number(), currency: filled(CURRENCY_CHARS_MAX) }).optional(),
  interactive: z.boolean().optional(),
  view: id.optional(),
  view_time: instant.optional(),
  engaged_ms: z.number().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
  depth: z.number().min(0).max(100).optional(),
});

export type BrowserEvent = z.infer<typeof event>;

/** One event's place in the request and why it is refused. */
export interface RefusedEvent {
  index: number;
  refusal: Refusal;
}

export interface BrowserBatch extends Omit<z.infer<typeof envelope>, 'events' | 'url'> {
  /** How many events were sent. */
  count: number;
  events: { index: number; event: BrowserEvent }[];
  refused: RefusedEvent[];
}

/** A batch whose events are each judged by themselves, or the refusal of the whole. */
export function parseBatch(body: string): BrowserBatch | Refusal {
  const json = parseJson(body);
  if (json instanceof Refusal) return json;
  const parsed = envelope.safeParse(json);
  if (!parsed.success) return refusalOf(parsed.error, '');
  const { url, events, ...rest } = parsed.data;
  const batch: BrowserBatch = { ...rest, count: events.length, events: [], refused: [] };
  for (const [index, one] of events.entries()) {
    const result = parseEvent(one, index, url);
    if (result instanceof Refusal) batch.refused.push({ index, refusal: result });
    else batch.events.push({ index, event: result });
  }
  return batch;
}

/** What of a batch that is refused as a whole can be read all the same: it is counted where it belongs. */
export function claimOf(body: string): { site: string | undefined; count: number } {
  const json = parseJson(body);
  const { site, events } = (json ?? {}) as { site?: unknown; events?: unknown };
  const named = siteId.safeParse(site);
  return {
    site: named.success ? named.data : undefined,
    count: Array.isArray(events) ? Math.max(1, events.length) : 1,
  };
}

/** @param url of the batch, for events without one */
function parseEvent(json: unknown, index: number, url: unknown): BrowserEvent | Refusal {
  const at = `events[${index}]`;
  const isWithout = url !== undefined && typeof json === 'object' && json !== null && !('url' in json);
  const parsed = event.safeParse(isWithout ? { ...json, url } : json);
  if (!parsed.success) return refusalOf(parsed.error, at);
  if (parsed.data.name !== ENGAGEMENT) return parsed.data;
  for (const field of ['view', 'view_time'] as const) {
    if (parsed.data[field] !== undefined) continue;
    const fix = `send the ${field === 'view' ? 'id' : 'time'} of the page view that the engagement speaks of`;
    return new Refusal('invalid', `${at}.${field}`, 'not missing', fix, `an engagement needs ${at}.${field}`);
  }
  return parsed.data;
}
