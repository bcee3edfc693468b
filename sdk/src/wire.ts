/**
 * What a browser sends to the collector: the one definition of its shape and limits. The SDK writes it, the collector
 * reads it, nothing else describes it.
 *
 * One request carries one batch of one site as JSON. Its content type is `text/plain`, because a JSON content type
 * costs a preflight that does not finish when a page closes.
 *
 * @example
 * const batch: WireBatch = {
 *   site: 'example.com',
 *   sent: Date.now(),
 *   url: location.href,
 *   events: [{ id: '0199…', name: 'pageview', time: Date.now(), referrer: document.referrer }],
 * };
 * navigator.sendBeacon('/e', JSON.stringify(batch));
 */
export interface WireBatch {
  /** The site's id, as in `data-site`. */
  site: string;
  /** The client's clock when the batch was sent, in ms since 1970. The collector corrects all times by arrival less `sent`. */
  sent?: number;
  /** Server clock less client clock in ms, learned from an earlier answer; for a body the browser sends later by itself, which has no `sent`. */
  offset?: number;
  /** BCP 47 tag of the visitor's language, e.g. `de-CH`. Default: the request's `Accept-Language`. */
  language?: string;
  /** The visitor's id in the owner's own system; an attribute of the visit. */
  user_id?: string;
  /** The browser asks for privacy, by Global Privacy Control or Do Not Track, and the page heeds it. */
  gpc?: boolean;
  /** A program drives the browser (`navigator.webdriver`). */
  webdriver?: boolean;
  /** The page's full address, of events that have none of their own. */
  url?: string;
  /** 1 to `eventsPerBatchMax` events, in any order. */
  events: SentEvent[];
}

/** One event of a batch, which may leave its address to the batch. */
export type SentEvent = Omit<WireEvent, 'url'> & { url?: string | undefined };

/** One event. */
export interface WireEvent {
  /** UUID (version 7 is best) made where the event happens; the same id is never counted twice. */
  id: string;
  /** `pageview`, `engagement`, or the name of a custom event. */
  name: string;
  /** When it happened by the client's clock, in ms since 1970. */
  time: number;
  /** The page's full address. Query and fragment are dropped by the collector, but for `utm_*`, `ref` and the like. */
  url: string;
  /** `document.referrer`. */
  referrer?: string;
  /** `document.title`. */
  title?: string;
  /** Properties of a custom event. */
  props?: Record<string, string | number | boolean> | null | undefined;
  /** `false`: the event does not make its visit an engaged one (it may still bounce). Default true. */
  interactive?: boolean | undefined;
  /** What the event was worth: the properties `revenue` and `currency`, where it has none of these names. */
  revenue?: { amount: number; currency: string } | undefined;
  /** Engagement: the id of the page view it speaks of. */
  view?: string;
  /** Engagement: when that page view happened, by the client's clock, in ms since 1970. */
  view_time?: number;
  /** Engagement: ms the page was visible and focused since the page view, cumulative. */
  engaged_ms?: number;
  /** Engagement: the deepest point reached, in percent of the page, cumulative. */
  depth?: number;
}

/** The collector's answer to a batch; where nothing is refused it is also the text of the header `ANSWER_HEADER`, which a page has sooner. */
export interface WireAnswer {
  /** How many events of the batch are stored. */
  accepted: number;
  /** The collector's clock in ms since 1970. */
  now: number;
  /** The events that are not stored, each with its place in the batch and the reason. Sending them again cannot help. */
  refused: WireRefusal[];
}

/** Why one event of a batch was refused. */
export interface WireRefusal {
  /** Place in `events`, from 0. */
  index: number;
  reason: string;
  /** What is wrong, as a path in the body, e.g. `events[3].url`; what is allowed there; and what to do. */
  field: string;
  limit: string | number;
  fix: string;
  message: string;
}

/** The event names with a meaning of their own. */
export const PAGEVIEW = 'pageview';
export const ENGAGEMENT = 'engagement';

/** The header of an answer in which a page has it without waiting for the body. */
export const ANSWER_HEADER = 'x-footfall';

/** Limits of one batch; what is over is refused by name, never cut in silence. */
export const wireLimits = {
  /** Bytes of one request from a browser. */
  bodyBytesMax: 64 * 1024,
  /** Events of one batch. */
  eventsPerBatchMax: 200,
  /** Characters of `site`. */
  siteCharsMax: 64,
  /** Characters of an event's name. */
  nameCharsMax: 120,
  /** Characters of `url` and `referrer`. */
  urlCharsMax: 2000,
  /** Characters of `title`. */
  titleCharsMax: 500,
  /** Characters of `user_id`. */
  userIdCharsMax: 256,
  /** Characters of `language`. */
  languageCharsMax: 35,
  /** Properties of one event. */
  propsMax: 30,
  /** Characters of a property's name. */
  propNameCharsMax: 120,
  /** Characters of a property's value. */
  propValueCharsMax: 1000,
} as const;
