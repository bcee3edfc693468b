import { z } from 'zod';
import type { Hit } from './hit.ts';

const header = z.array(z.string()).optional();

/**
 * One request in Caddy's access log, which is JSON. `ts` is in seconds, or a text where the log's `time_format` says so.
 * Source: Caddy's documentation, "How Logging Works" and the `log` directive.
 */
const caddyLine = z.object({
  ts: z.union([z.number(), z.string().max(100)]),
  status: z.number().int(),
  request: z.object({
    /** Since Caddy 2.7: behind proxies that are trusted, the visitor. */
    client_ip: z.string().optional(),
    remote_ip: z.string().optional(),
    /** Until Caddy 2.4, with the port. */
    remote_addr: z.string().optional(),
    method: z.string(),
    host: z.string().optional(),
    uri: z.string(),
    headers: z.object({ 'User-Agent': header, Referer: header, 'Accept-Language': header }).optional(),
  }),
});

/** A line of Caddy's access log; undefined for anything else. */
export function parseCaddy(json: unknown): Hit | undefined {
  const parsed = caddyLine.safeParse(json);
  if (!parsed.success) return undefined;
  const { ts, status, request } = parsed.data;
  const time = typeof ts === 'number' ? ts * 1000 : timeOf(ts);
  const client = request.client_ip ?? request.remote_ip ?? request.remote_addr;
  if (client === undefined || !Number.isFinite(time)) return undefined;
  const { headers } = request;
  return {
    client,
    host: request.host || undefined,
    time: Math.round(time),
    method: request.method,
    target: request.uri,
    status,
    referrer: headers?.Referer?.[0] || undefined,
    // Caddy may be told to leave the headers out.
    agent: headers && (headers['User-Agent']?.[0] ?? ''),
    language: headers?.['Accept-Language']?.[0],
  };
}

/** `2006/01/02 15:04:05.000` is in UTC where nothing else is said. */
function timeOf(text: string): number {
  const iso = /^(\d{4})\/(\d{2})\/(\d{2}) (\d{2}:\d{2}:\d{2}(?:\.\d+)?)$/.exec(text);
  return Date.parse(iso ? `${iso[1]}-${iso[2]}-${iso[3]}T${iso[4]}Z` : text);
}
