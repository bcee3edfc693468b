import { attempt } from './attempt.ts';
import { end } from './end.ts';
import { eventsKeptMax } from './limits.ts';
import { all } from './modules/all.ts';
import { takeOff } from './modules/take-off.ts';
import { configure, settings } from './options.ts';
import type { Module, Options } from './options.ts';
import { setDenied } from './privacy.ts';
import { flush } from './send.ts';
import type { Outcome } from './way.ts';
import { start } from './start.ts';
import type { Call, Track } from './track.ts';

/** Who counts: this copy of the script, or another that was here first. */
let counting: Track | undefined;
/** Calls from before the start. */
const early: (() => void)[] = [];

/**
 * Starts to count, with all there is. Called again it only changes the options; on a server it does nothing. Where another copy of
 * this script counts for the same site on the page, calls go to that one. It never throws.
 *
 * @example
 * init({ site: 'example.com', endpoint: 'https://stats.example.com/e' });
 */
export function init(options: Options): void {
  initCore(options, ...all());
}

/**
 * As `init`, with no more than the modules that are named.
 *
 * @example
 * initCore({ site: 'example.com', endpoint: '/e' }, delivery(), engagement());
 */
export function initCore(options: Options, ...modules: Module[]): void {
  attempt(() => {
    if (!globalThis.document) return;
    const whole = { ...options, endpoint: new URL(options.endpoint, location.href).href };
    if (settings) {
      // What is kept was counted for the options before.
      flush();
      configure(whole);
    } else {
      setDenied(false);
      counting = counting ?? start(whole, modules);
      for (const call of early.splice(0)) call();
    }
  });
}

/**
 * Counts an event. `pageview` is a page view, for pages that count their own. Called before `init` it waits; on a server it does
 * nothing. It never throws.
 *
 * @returns what has become of it, when that is known; never rejects. With the core alone: `unknown`
 * @example
 * track('signup', { plan: 'pro', seats: 5 });
 */
export function track(...call: Call): Promise<Outcome> {
  return new Promise((resolve) => {
    const now = (): void => {
      void Promise.resolve(attempt(() => counting!(...call))).then((outcome) => resolve(outcome ?? 'unknown'));
    };
    if (counting) now();
    else if (globalThis.document && early.length < eventsKeptMax) early.push(now);
    else resolve('dropped');
  });
}

/**
 * Ends counting: takes off every listener and patch, and deletes what was kept. `init` may begin it anew.
 *
 * @example
 * useEffect(() => { init(options); return destroy; }, []);
 */
export function destroy(): void {
  counting = undefined;
  if (!settings) return;
  end();
  takeOff();
}

/** `track` for the events that are named: wrong names and properties are errors of TypeScript. */
export type TypedTrack<Events extends object> = <Name extends keyof Events & string>(
  name: Name,
  ...rest: undefined extends Events[Name]
    ? [props?: Events[Name] | null, options?: Call[2]]
    : [props: Events[Name], options?: Call[2]]
) => Promise<Outcome>;

/**
 * `track`, typed. It costs nothing when the page runs.
 *
 * @example
 * const track = createTracker<{ signup: { plan: 'free' | 'pro' }; logout: undefined }>();
 * track('signup', { plan: 'pro' });
 */
export function createTracker<Events extends object>(): TypedTrack<Events> {
  return track as TypedTrack<Events>;
}
