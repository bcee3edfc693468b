/** Every reason for which the collector refuses something, with its HTTP status. The reasons are counted and public. */
export const statusOf = {
  /** The body is not JSON, or did not arrive whole. */
  malformed_json: 400,
  /** A field is missing, or its type or value is wrong. */
  invalid: 400,
  /** A text has too many characters, or an event too many properties. */
  too_long: 400,
  /** It happened too long ago for this door, or its day's salt has died. */
  too_old: 400,
  in_future: 400,
  /** Retention has deleted the visits of its day. */
  day_closed: 400,
  /** Only with the site's key. */
  key_required: 401,
  bot: 403,
  /** One that collects pages for a language model, or reads them for one who asks it. */
  ai_bot: 403,
  /** A program drives the browser, and the site does not count such. */
  automation: 403,
  /** A page that a browser loads in advance: nobody has seen it yet. */
  prefetch: 403,
  /** The browser asks for privacy, and the site drops what such browsers send. */
  gpc: 403,
  /** The page's host is not on the site's list. */
  hostname: 403,
  /** The page's host is a machine of the visitor's own, and the visitor comes from elsewhere: somebody works on the site. */
  local_host: 403,
  /** The site's owner does not count this address, this country, or this page. */
  excluded_address: 403,
  excluded_country: 403,
  excluded_path: 403,
  /** As many sites as may come into being by themselves are there. */
  sites_full: 403,
  forbidden: 403,
  unknown_site: 404,
  not_found: 404,
  method: 405,
  /** Too many bytes, events or sites in one request. */
  too_large: 413,
  content_type: 415,
  content_encoding: 415,
  rate_limited: 429,
  internal: 500,
  /** The queue is at its limit. */
  queue_full: 503,
  /** The queue or the store cannot be reached. */
  unavailable: 503,
} as const;

export type Reason = keyof typeof statusOf;

/**
 * Why something was refused: the field, what is allowed there, and what to do. It never holds what the caller sent.
 * A value that is returned, not an error that is thrown: a stack costs time, and nothing here is exceptional.
 */
export class Refusal {
  readonly reason: Reason;
  /** A path in the body such as `events[3].url`, or the name of a header. */
  readonly field: string;
  readonly limit: string | number;
  readonly fix: string;
  readonly message: string;

  constructor(reason: Reason, field: string, limit: string | number, fix: string, message: string) {
    this.reason = reason;
    this.field = field;
    this.limit = limit;
    this.fix = fix;
    this.message = message;
  }

  /** As it stands in an answer. */
  plain(): { reason: Reason; field: string; limit: string | number; fix: string; message: string } {
    const { reason, field, limit, fix, message } = this;
    return { reason, field, limit, fix, message };
  }
}
