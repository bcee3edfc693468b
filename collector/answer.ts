import { ANSWER_HEADER } from '../sdk/src/wire.ts';
import type { WireAnswer } from '../sdk/src/wire.ts';
import type { Outgoing } from './door.ts';
import type { Refusal } from './refusal.ts';
import { statusOf } from './refusal.ts';

/**
 * Answers as strings and plain headers, which `@hono/node-server` writes without a detour. Anyone may read them, and no
 * browser sends cookies for them: `*` without credentials.
 */
const accepted = Object.freeze({ 'content-type': 'application/json', 'access-control-allow-origin': '*' });
const stored = Object.freeze({ ...accepted, 'access-control-expose-headers': ANSWER_HEADER });
const refused = Object.freeze({ ...accepted, 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' });
const preflight = Object.freeze({
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'POST',
  'access-control-allow-headers': 'content-type, authorization',
  'access-control-max-age': '86400',
});

/** Of an answer: why it, or a part of what it answers, is refused; what shows in a browser's list of requests, and in a proxy's log. */
const REASON_HEADER = 'x-footfall-refused';

interface Reasoned {
  reason: string;
}

/**
 * 202, or another status of success, with a body that is JSON already.
 *
 * @param refusals of the parts that are refused
 */
export function accept(json: string, status = 202, refusals: readonly Reasoned[] = []): Outgoing {
  const headers = refusals.length === 0 ? accepted : { ...accepted, [REASON_HEADER]: reasonsOf(refusals) };
  return { status, headers, body: json };
}

/** The answer to a batch of which at least one event is stored. */
export function acceptBatch(count: number, now: number, refusals: WireAnswer['refused']): Outgoing {
  const head = `{"accepted":${count},"now":${now},"refused":`;
  if (refusals.length > 0) return accept(`${head}${JSON.stringify(refusals)}}`, 202, refusals);
  const body = `${head}[]}`;
  return { status: 202, headers: { ...stored, [ANSWER_HEADER]: body }, body };
}

/**
 * The answer to a request of which nothing is stored: always JSON, never what the caller sent.
 *
 * @param more further members of the body
 * @param all of the parts, where they differ
 */
export function refuse(
  refusal: Refusal,
  retryAfterSeconds: number,
  more: object = {},
  all: readonly Reasoned[] = [refusal],
): Outgoing {
  const status = statusOf[refusal.reason];
  const headers: Record<string, string> = { ...refused, [REASON_HEADER]: reasonsOf(all) };
  if (status === 429 || status === 503) {
    headers['retry-after'] = String(retryAfterSeconds);
    headers['access-control-expose-headers'] = 'retry-after';
  }
  if (status === 401) headers['www-authenticate'] = 'Bearer';
  if (status === 405) headers.allow = refusal.limit.toString();
  return { status, headers, body: JSON.stringify({ status: 'refused', ...refusal.plain(), ...more }) };
}

/** Each once. */
function reasonsOf(refusals: readonly Reasoned[]): string {
  return [...new Set(refusals.map(({ reason }) => reason))].join(' ');
}

/** The answer to a browser that asks before it sends. */
export function allow(): Response {
  return new Response(null, { status: 204, headers: preflight });
}
