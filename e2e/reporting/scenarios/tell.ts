import { dayOf, utcOffset } from '../../../core/day.ts';
import type { Acquisition, Context, Event } from '../../../core/event.ts';
import type { Answer, QuestionInput } from '../../../core/question.ts';
import { sampleId } from '../../../core/sample.contract.ts';
import { visitorOfUser } from '../../../core/visitor.ts';
import type { VisitorLife } from '../../../core/visitor-life.ts';
import { ENGAGEMENT, PAGEVIEW } from '../../../sdk/src/wire.ts';
import type { Sent } from '../world.ts';

/** What the scenarios are told with: small data, a question, and the answer that a person comes to with a pencil. */

export interface Scenario {
  name: string;
  /** Default UTC. */
  zone?: string;
  /** Default `day`. Then `who` is to begin with `long`. */
  life?: VisitorLife;
  /** Default `NOW`. */
  now?: string;
  events: Told[];
  question: Omit<QuestionInput, 'site_id'>;
  /** The dimensions' values and the metrics' of each row. */
  rows: [
    dimensions: string[],
    metrics: (number | null)[],
    comparison?: (number | null)[],
    change?: (number | null)[],
  ][];
  /** How many rows there are, where `rows` tells only those whose first metric is not 0. */
  count?: number;
  totals?: (number | null)[];
  meta?: Partial<Answer['meta']>;
}

/** A Sunday. */
export const NOW = '2026-11-22T12:00:00Z';

export interface Told {
  who: string | undefined;
  at: number;
  name: string;
  path: string;
  more: More;
  /** Of an engagement: the view it speaks of. */
  of?: Told;
  engagedMs?: number;
}

export interface More extends Context, Acquisition {
  /** The `user_id` that a browser tells. */
  user?: string;
  host?: string;
  props?: [string, string | number | boolean][];
  /** It does not end a bounce. */
  quiet?: boolean;
}

/**
 * A page view.
 *
 * @param who a visitor of a browser; `@anna`: a `user_id` of a server; undefined: nobody
 * @param at an instant with offset; `10:30` is a time of 22 November 2026 in UTC
 */
export function view(who: string | undefined, at: string, path = '/', more: More = {}): Told {
  return { who, at: instant(at), name: PAGEVIEW, path, more };
}

/** A custom event. */
export function act(who: string | undefined, at: string, name: string, path = '/', more: More = {}): Told {
  return { who, at: instant(at), name, path, more };
}

/** Engagement with a page view, told some minutes after it. */
export function stay(of: Told, minutes: number, seconds: number): Told {
  return { ...of, at: of.at + minutes * 60_000, name: ENGAGEMENT, of, engagedMs: seconds * 1000 };
}

function instant(at: string): number {
  const time = Date.parse(/^\d\d:\d\d/.test(at) ? `2026-11-22T${at}Z` : at);
  if (Number.isNaN(time)) throw new Error(`not a time: ${at}`);
  return time;
}

const CONTEXT = [
  'browser',
  'browser_version',
  'os',
  'os_version',
  'device',
  'language',
  'country',
  'region',
  'city',
] as const;
const ACQUISITION = [
  'referrer',
  'source',
  'channel',
  'utm_source',
  'utm_medium',
  'utm_campaign',
  'utm_content',
  'utm_term',
] as const;

/** The events as the collector would have filed them. */
export function sentOf(told: Told[], zone = 'UTC'): Sent[] {
  const ids = new Map(told.map((one, place) => [one, sampleId(place + 1)]));
  return told.map((one) => {
    const { who, at, name, path, more, of } = one;
    const offset = utcOffset(zone, at);
    const event: Event = { id: ids.get(one) ?? '', name, time: at, day: 0, utc_offset: offset, path };
    event.day = dayOf(of?.at ?? at, utcOffset(zone, of?.at ?? at));
    if (who?.startsWith('@')) event.visitor = visitorOfUser(who.slice(1));
    else if (who?.startsWith('long')) event.visitor = `w${who.padEnd(11, 'A')}`;
    else if (who !== undefined) event.visitor = `v${who.padEnd(11, 'A')}`;
    const user = who?.startsWith('@') ? who.slice(1) : more.user;
    if (user !== undefined) event.user_id = user;
    if (more.host !== undefined) event.hostname = more.host;
    if (more.props) event.props = more.props;
    if (more.quiet) event.interactive = false;
    const acquisition = only(more, ACQUISITION);
    if (name === PAGEVIEW && Object.keys(acquisition).length > 0) event.acquisition = acquisition;
    if (of) Object.assign(event, { view: ids.get(of), engaged_ms: one.engagedMs, depth: 50 });
    return { event, context: only(more, CONTEXT) };
  });
}

function only<K extends keyof More>(more: More, names: readonly K[]): Pick<More, K> {
  return Object.fromEntries(names.filter((name) => more[name] !== undefined).map((name) => [name, more[name]])) as Pick<
    More,
    K
  >;
}
