import { wireLimits } from '../../sdk/src/wire.ts';
import { SERVER_EVENTS_MAX } from './fuzz-cases.ts';
import type { FuzzRequest } from './fuzz-cases.ts';

/** What is refused, and how it counts, by what `docs/` say and the answers tell. */

/** One event's refusal, or a whole request's. */
export interface Told {
  reason: string;
  field: string;
  limit: string | number;
}

export interface ToldCount {
  /** That the request or the event names, whether or not there is such a site; '' where it names none. */
  site: string;
  reason: string;
  count: number;
}

type Json = Record<string, unknown>;

/** Of a request whose events are nobody's: no event was refused. */
const NO_EVENTS = new Set(['not_found', 'method', 'forbidden']);

/** The reasons for which a body is not read. */
const UNREAD = new Set(['content_type', 'content_encoding', 'malformed_json']);

/** What an answer that stores nothing has refused: each event of it, or the request as a whole. */
export function refusedWhole(request: FuzzRequest, answer: Json & Told): ToldCount[] {
  if (NO_EVENTS.has(answer.reason)) return [];
  const { refused, results } = answer as { refused?: (Told & { index: number })[]; results?: Told[] };
  const { reason } = answer;
  if (isUnread(answer)) return [{ site: '', reason, count: 1 }];
  const body = jsonOf(request);
  if (doorOf(request) === '/e') {
    const { site, events } = (body ?? {}) as Json;
    if (refused) return refusedOfBatch(request, refused);
    return [{ site: textOf(site), reason, count: Array.isArray(events) ? Math.max(1, events.length) : 1 }];
  }
  if (results) return refusedOfList(request, results);
  // A list as a whole is of many sites.
  if (Array.isArray(body)) return [{ site: '', reason, count: Math.max(1, body.length) }];
  return [{ site: siteOfCall(request, body), reason, count: 1 }];
}

/** Of a batch whose events were judged each by itself. */
export function refusedOfBatch(request: FuzzRequest, refused: { reason: string }[]): ToldCount[] {
  const { site } = jsonOf(request) as Json;
  return refused.map(({ reason }) => ({ site: textOf(site), reason, count: 1 }));
}

/** Of a list to a servers' door. */
export function refusedOfList(request: FuzzRequest, results: { reason?: string }[]): ToldCount[] {
  const calls = jsonOf(request) as unknown[];
  return results.flatMap(({ reason }, index) =>
    reason === undefined ? [] : [{ site: siteOfCall(request, calls[index]), reason, count: 1 }],
  );
}

/** Which site a server's event names: at `/track` the default one where it names none. */
export function siteOfCall(request: FuzzRequest, call: unknown): string {
  const site = textOf(((call ?? {}) as Json).site_id);
  return doorOf(request) === '/track' && !/^[\w.:-]{1,64}$/.test(site) ? 'default' : site;
}

function doorOf({ path }: FuzzRequest): '/e' | '/event' | '/track' {
  return path.includes('/event') ? '/event' : path.includes('/track') ? '/track' : '/e';
}

export function jsonOf({ body }: FuzzRequest): unknown {
  return JSON.parse(new TextDecoder().decode(body));
}

/** Too many bytes are told of the body as too many events of a list are; the limit tells which. */
function isUnread({ reason, field, limit }: Told): boolean {
  const isOfBytes = reason === 'too_large' && field === 'body' && limit !== SERVER_EVENTS_MAX;
  return UNREAD.has(reason) || isOfBytes;
}

function textOf(value: unknown): string {
  return typeof value === 'string' && value.length <= wireLimits.siteCharsMax ? value : '';
}
