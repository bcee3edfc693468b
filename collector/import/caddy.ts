import { z } from 'zod';
import { commonTime } from './common.ts';
import type { Hit } from './hit.ts';

const ACCESS_LOGGER = 'http.log.access';
const header = z.array(z.string()).optional();

/**
 * One request in Caddy's access log, which is JSON. `ts` is in seconds, or whatever the log's `time_format` says.
 * Source: Caddy's documentation, "How Logging Works" and the `log` directive.
 */
const caddyLine = z.object({
  /** Errors are logged with their requests, too: a second time. */
  logger: z.string().startsWith(ACCESS_LOGGER).optional(),
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
  const time = typeof ts === 'number' ? timeOfNumber(ts) : timeOfText(ts);
  const client = request.client_ip || request.remote_ip || request.remote_addr;
  // What `Date` can hold.
  if (!client || !(time >= 0 && time <= TIME_MAX)) return undefined;
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

const TIME_MAX = 8.64e15;

/** `unix_seconds_float`, `unix_milli_float` or `unix_nano`: a number of each is a time of our days in one of them only. */
function timeOfNumber(ts: number): number {
  if (ts < 1e11) return ts * 1000;
  return ts < 1e14 ? ts : ts / 1e6;
}

const WALL = /^(\d{4})\/(\d{2})\/(\d{2}) (\d{2}:\d{2}:\d{2}(?:\.\d+)?)$/;
const ISO = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})$/;

/** `wall` and its like, which are in UTC where nothing else is said, `iso8601`, `rfc3339` and `common_log`. */
function timeOfText(text: string): number {
  const wall = WALL.exec(text);
  if (wall) return Date.parse(`${wall[1]}-${wall[2]}-${wall[3]}T${wall[4]}Z`);
  return ISO.test(text) ? Date.parse(text) : (commonTime(text) ?? Number.NaN);
}
