import { z } from 'zod';
import { filePartSchema } from './import.ts';

/**
 * An event as it travels through the log and lies in the store: identified and enriched, without an IP address and
 * without a raw user agent. Data that travels has names in snake_case; the format's version is `LOG_ENTRY_VERSION`.
 */

/** Version of the log entry's format. A reader refuses (quarantines) versions it does not know. */
export const LOG_ENTRY_VERSION = 1;

const text = z.string();
const uuid = z.string().regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);
const instant = z.number().int();

/** What the visitor's browser is, and where; the same for all events of a batch. */
export const contextSchema = z.object({
  browser: text.optional(),
  browser_version: text.optional(),
  os: text.optional(),
  os_version: text.optional(),
  /** `desktop`, `mobile`, `tablet`, `tv`. */
  device: text.optional(),
  language: text.optional(),
  /** ISO 3166-1 alpha-2. */
  country: text.optional(),
  /** ISO 3166-2, `CH-ZH`; its English name where only that is known. */
  region: text.optional(),
  /** In English. */
  city: text.optional(),
});

/** Where a page view came from. A page view without it was opened directly. */
export const acquisitionSchema = z.object({
  referrer: text.optional(),
  source: text.optional(),
  channel: text.optional(),
  utm_source: text.optional(),
  utm_medium: text.optional(),
  utm_campaign: text.optional(),
  utm_content: text.optional(),
  utm_term: text.optional(),
});

export const eventSchema = z.object({
  /** UUID, lower case. With the site it is the key of deduplication. */
  id: uuid,
  name: text,
  /** ms since 1970, UTC, corrected. */
  time: instant,
  /** The site's local day under which the event is filed, in days since 1970-01-01. For an engagement: its view's day. */
  day: instant,
  /** Minutes by which the site's clock was ahead of UTC then. */
  utc_offset: instant,
  /** Key of the visitor within site and day; absent: an event without visitor. See `visitorOf…` in `core/visitor.ts`. */
  visitor: text.optional(),
  user_id: text.optional(),
  hostname: text.optional(),
  path: text,
  title: text.optional(),
  acquisition: acquisitionSchema.optional(),
  /** Pairs, so that no property's name can be special. */
  props: z.array(z.tuple([text, z.union([text, z.number(), z.boolean()])])).optional(),
  /** `false`: does not end a bounce. */
  interactive: z.literal(false).optional(),
  /** Engagement: id of the view it speaks of, ms engaged and percent of depth so far. */
  view: uuid.optional(),
  engaged_ms: z.number().optional(),
  depth: z.number().optional(),
  /** Where it is not the entry's. */
  context: contextSchema.optional(),
});

/** How many events were refused, by reason and the site's day. */
export const refusedSchema = z.object({ day: instant, reason: text, count: z.number().int().positive() });

/** One entry of the log: one batch of one site. */
export const logEntrySchema = z.object({
  v: z.literal(LOG_ENTRY_VERSION),
  /** UUID of the entry; what is not an event (`refused`) is counted once by it. */
  id: uuid,
  site: text,
  /** When the collector received it, in ms since 1970. */
  received: instant,
  /** Of all events that have none of their own. */
  context: contextSchema,
  events: z.array(eventSchema),
  refused: z.array(refusedSchema).optional(),
  /** The second seed's door: its events are kept in its collection, too, where the store has that. */
  door: z.literal('track').optional(),
  /** Of an import: it is applied only where it follows what has been applied of that file. */
  file: filePartSchema.optional(),
});

export type Context = z.infer<typeof contextSchema>;
export type Acquisition = z.infer<typeof acquisitionSchema>;
export type Event = z.infer<typeof eventSchema>;
export type Refused = z.infer<typeof refusedSchema>;
export type LogEntry = z.infer<typeof logEntrySchema>;

/**
 * A number for the content of an event, by which a repeated id with other content is told from a mere repetition. It
 * leaves out what a retry may change by itself: time (corrected anew at each arrival), visitor (the network changed),
 * and what was derived. 32 bits, not a defence against a deliberate collision.
 * Source of the mixing: MurmurHash3's finalizer, as in cyrb53.
 *
 * @example
 * if (contentOf(first) !== contentOf(second)) conflicts += 1;
 */
export function contentOf(event: Event): number {
  const content = JSON.stringify([
    event.name,
    event.hostname,
    event.path,
    event.title,
    event.user_id,
    event.acquisition?.referrer,
    event.props,
    event.view,
    event.engaged_ms,
    event.depth,
  ]);
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let i = 0; i < content.length; i++) {
    const code = content.charCodeAt(i);
    high = Math.imul(high ^ code, 2654435761);
    low = Math.imul(low ^ code, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return (high ^ low) >>> 0;
}
