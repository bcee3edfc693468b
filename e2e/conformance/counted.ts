/** An event as it was counted, in one form for all trackers. */
export interface Counted {
  /** `pageview`, `engagement`, `outbound`, `download`, `form`, `404`, or the event's own. */
  name: string;
  path: string;
  /** When it happened, in ms since 1970; without a time of the client's, when it arrived. */
  time: number;
  /** The same by the client's own clock, for the order. */
  clock: number;
  title?: string | undefined;
  /** As the page sent it. */
  referrer?: string | undefined;
  /** The whole address, as the page sent it. */
  url?: string | undefined;
  props: Record<string, unknown>;
  interactive?: boolean | undefined;
  userId?: string | undefined;
  /** Whether it belongs to a visitor. */
  hasVisitor?: boolean | undefined;
  /** Engagement: the id of the page view. */
  view?: string | undefined;
  /** Engagement: when that began, by the client's own clock. */
  viewClock?: number | undefined;
  engagedMs?: number | undefined;
  /** In percent. */
  depth?: number | undefined;
  id?: string | undefined;
}
