import { attempt } from './attempt.ts';
import { cut } from './cut.ts';
import { fresh } from './id.ts';
import { here } from './place.ts';
import type { Props } from './plain.ts';
import { put } from './send.ts';
import type { Done, Outcome } from './way.ts';
import { begin } from './view.ts';
import { PAGEVIEW, wireLimits } from './wire.ts';

export interface TrackOptions {
  /** `false`: it does not make its visit an engaged one. Default true. */
  interactive?: boolean | undefined;
  /** The page's full address. Default: where the page is. */
  url?: string | undefined;
  /** What the event was worth. */
  revenue?: { amount: number; currency: string } | undefined;
  /** Told what has become of it. */
  callback?: ((outcome: Outcome) => void) | undefined;
}

export type Call = [name: string, props?: Props | null, options?: TrackOptions | null];

/** Counts an event and tells what has become of it; the core alone tells nothing. */
export type Track = (...call: Call) => Promise<Outcome> | undefined;

/** As `count`, with a promise of what has become of the event. */
export function promise(...call: Call): Promise<Outcome> {
  const outcome = new Promise<Outcome>((done) => attempt(() => make(call, done)) || done('dropped'));
  void outcome.then((told) => attempt(() => call[2]?.callback?.(told)));
  return outcome;
}

/** Counts an event, where counting has begun. */
export function count(...call: Call): undefined {
  attempt(() => make(call));
}

/** Throws where that cannot be; `true` where it can. */
function make([name, props, options]: Call, done?: Done): true {
  const event = { ...options, props, url: options?.url || here() } as { url: string; props: undefined };
  if (name === PAGEVIEW) begin(0, event, done);
  else put({ ...event, ...fresh(cut(name, wireLimits.nameCharsMax)) }, done);
  return true;
}
