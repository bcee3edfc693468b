import type { Context } from 'hono';

/** Every reason for which the reporting refuses something, with its HTTP status. */
export const statusOf = {
  malformed_json: 400,
  invalid: 400,
  token: 401,
  unknown_site: 404,
  not_found: 404,
  method: 405,
  /** What is to be made is there already. */
  exists: 409,
  too_large: 413,
  content_type: 415,
  /** The site lies in a partition that this process does not follow. */
  elsewhere: 421,
  /** A question that cannot be answered; `allowed` lists what can. */
  question: 422,
  internal: 500,
  /** The replica is being built: `progress` says how far it is, from 0 to 1. */
  building: 503,
  /** Too many questions at once. */
  busy: 503,
  /** The question needs more memory than there is. */
  too_heavy: 503,
  /** The store cannot be reached. */
  unavailable: 503,
  /** The question takes longer than it may. */
  timeout: 504,
} as const;

export type Reason = keyof typeof statusOf;

export const reasons = Object.keys(statusOf) as Reason[];

export interface Complaint {
  field: string;
  limit: string;
  fix: string;
  allowed?: readonly string[];
  progress?: number;
}

/** Seconds after which asking again is worth it, by reason. */
const RETRY_SECONDS: Partial<Record<Reason, number>> = { building: 1, busy: 1, unavailable: 5 };

/** An answer of the same shape as the collector's refusals. */
export function refuse(c: Context, reason: Reason, { field, limit, fix, ...more }: Complaint): Response {
  const message = `${field || 'request'}: ${reason}${limit ? ` (expected ${limit})` : ''}; ${fix}`;
  const seconds = RETRY_SECONDS[reason];
  if (seconds !== undefined) c.header('Retry-After', String(seconds));
  return c.json({ status: 'refused', reason, field, limit, fix, message, ...more }, statusOf[reason]);
}
