import { z } from 'zod';

const text = z.string();

/** One refused event, as its site's owner may see it: without address and user agent, and masked as what is kept is. */
export const lastRefusalSchema = z.object({
  /** ms since 1970, of arrival. */
  time: z.number().int(),
  reason: text,
  /** What was wrong, as a path in the body or a header's name. */
  field: text,
  /** The event's name; absent where the request was refused as a whole. */
  name: text.optional(),
  hostname: text.optional(),
  path: text.optional(),
  /** Of a bot its name, where that is known. */
  browser: text.optional(),
  os: text.optional(),
  device: text.optional(),
  country: text.optional(),
});

export type LastRefusal = z.infer<typeof lastRefusalSchema>;

/** What a collector's document has. */
export const lastRefusalsSchema = z.object({ refusals: z.array(lastRefusalSchema) });

/** The kind under which the store's documents keep a site's latest refusals, one by each collector. */
export function lastRefusalsKind(site: string): string {
  return `last_refusals:${site}`;
}
