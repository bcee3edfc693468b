import type { Counted } from '../counted.ts';
import type { Answer, Collector, Passed } from '../road.ts';
import type { Served } from '../site.ts';

/** What a tracker may claim to do, or not. */
export type Feature =
  | '404'
  | 'any value'
  | 'auto'
  | 'background'
  | 'batches'
  | 'before send'
  | 'callback'
  | 'canonical'
  | 'consent'
  | 'cumulative'
  | 'cut'
  | 'denial'
  | 'depth'
  | 'destroy'
  | 'download'
  | 'download attribute'
  | 'drop'
  | 'early calls'
  | 'engagement'
  | 'failing edit'
  | 'form'
  | 'form name'
  | 'global props'
  | 'globs'
  | 'gpc'
  | 'hash'
  | 'inner referrer'
  | 'interactive'
  | 'kinds'
  | 'mask'
  | 'navigation'
  | 'opt-in'
  | 'opt-out'
  | 'options again'
  | 'outbound'
  | 'outbox'
  | 'outcome'
  | 'own answer'
  | 'own pageview'
  | 'path'
  | 'props function'
  | 'query'
  | 'replace'
  | 'revenue'
  | 'same page'
  | 'stripped'
  | 'tag'
  | 'tagged'
  | 'tagged off'
  | 'times'
  | 'title'
  | 'twice'
  | 'url'
  | 'user'
  | 'view';

/** How a page asks for it, in one form for all trackers. */
export interface PageOptions {
  auto?: false;
  hash?: true;
  query?: true;
  canonical?: true;
  include?: string;
  exclude?: string;
  mask?: string;
  /** JavaScript of a function of an event that answers what to send instead. */
  beforeSend?: string;
  /** JavaScript of an object, or of a function that gives one. */
  props?: string;
  userId?: string;
  gpc?: 'count' | 'drop' | 'ignore';
  storage?: 'local';
  consent?: 'pending';
  outbound?: false;
  downloads?: false | string;
  forms?: false;
  tagged?: false;
  notFound?: false;
  /** By the npm package. Default: as the tracker is included most simply. */
  by?: 'npm';
  /** Whether the page may call before the tracker has loaded. */
  early?: true;
}

/** What a page is told where it includes a tracker. */
export interface Inclusion {
  collector: string;
  site: string;
  options: PageOptions;
}

/** A tracker, as the behaviours know it. */
export interface Tracker {
  id: 'footfall' | 'plausible' | 'openpanel';
  name: string;
  version: string;
  /** What its documentation does not claim, and why that is so: no behaviour that needs it is asked of it. */
  lacks: Partial<Record<Feature, string>>;
  /** HTML by which a page includes it. In such a page `track(name, props, options)` counts an event. */
  head(inclusion: Inclusion): string;
  /** What else the site serves for it, by path. */
  files(): Record<string, Served>;
  /** Attributes of an element whose click is the event `name` with the property `plan`. */
  tagged(name: string, plan: string): string;
  /** JavaScript by which a page keeps its visitor's wish not to be counted. */
  optOut: string;
  isDoor(path: string): boolean;
}

/** A collector for the trackers of others, which answers as theirs does, and what it has taken. */
export interface Recorder {
  collector: Collector;
  /** What was taken of what has passed. */
  counted(passed: readonly Passed[]): Counted[];
}

/** A tracker of others, with what stands at the end of its road. */
export interface Other {
  tracker: Tracker;
  recorder(): Recorder;
}

/** A recorder that answers each event with success, and reads what it has taken. */
export function recorderOf(
  answer: (request: Passed) => Answer,
  read: (body: Record<string, unknown>, request: Passed) => Counted | undefined,
): Recorder {
  const taken = new Map<Passed, Counted | undefined>();
  return {
    async collector(request) {
      if (request.method === 'POST')
        taken.set(request, read(JSON.parse(request.body) as Record<string, unknown>, request));
      return answer(request);
    },
    counted: (passed) => passed.map((one) => taken.get(one)).filter((one) => one !== undefined),
  };
}
