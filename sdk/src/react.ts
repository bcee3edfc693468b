/** `footfall-sdk/react`. It takes the rest of the package from the app's own copy, so that there is one on the page. */
import { createTracker, init } from 'footfall-sdk';
import type { Options, track, TypedTrack } from 'footfall-sdk';
import { useEffect, useRef } from 'react';

/** What a `<Footfall>` remembers from one drawing to the next. */
interface Memory {
  options?: Options;
  /** Whether `init` was given options with which it counts. */
  isBegun?: boolean;
}

/**
 * Begins to count, once the page runs in a browser; on a server it does nothing. It draws nothing. Counting goes on when it is taken
 * away, for another layout may be about to show it again, and that is no other page view; `destroy()` ends it.
 *
 * @param options those of `init`. Changed ones hold from then on; functions and properties may be new ones at each drawing
 * @example
 * <StrictMode>
 *   <Footfall site="example.com" endpoint="https://stats.example.com/e" />
 *   <App />
 * </StrictMode>
 */
export function Footfall(options: Options): null {
  const { current: memory } = useRef<Memory>({});
  useEffect(() => {
    const before = memory.options;
    memory.options = options;
    // What `destroy()` has ended, no change of options may begin anew.
    if (before && (isSame(before, options) || (memory.isBegun && !isCounted()))) return;
    init(withLatest(options, memory));
    memory.isBegun = isCounted();
  });
  return null;
}

/**
 * `track`, the same function at each drawing; typed, if events are named as for `createTracker`. Calls from before `<Footfall>` begins to
 * count wait for that.
 *
 * @example
 * const track = useTrack<{ signup: { plan: 'free' | 'pro' } }>();
 * <button onClick={() => track('signup', { plan: 'pro' })}>Sign up</button>;
 */
export function useTrack(): typeof track;
export function useTrack<Events extends object>(): TypedTrack<Events>;
export function useTrack<Events extends object>(): TypedTrack<Events> {
  return createTracker<Events>();
}

/** Options whose functions and properties are always those of the last drawing. */
function withLatest(options: Options, memory: Memory): Options {
  const live = { ...options };
  if (options.props) {
    live.props = () => {
      const props = memory.options?.props;
      return (typeof props === 'function' ? props() : props) ?? {};
    };
  }
  if (typeof options.beforeSend === 'function') {
    live.beforeSend = (event) => {
      const edit = memory.options?.beforeSend;
      return typeof edit === 'function' ? edit(event) : event;
    };
  }
  return live;
}

/** Whether `init` would be told nothing new. */
function isSame(before: Options, now: Options): boolean {
  const names = Object.keys({ ...before, ...now }) as (keyof Options)[];
  return names.every((name) => kindOf(before[name]) === kindOf(now[name]));
}

/** Functions and objects are all alike: the latest is always asked. */
function kindOf(value: unknown): unknown {
  return Object(value) === value ? Object : value;
}

/** Whether somebody counts on this page: under that name copies of the script find one another. */
function isCounted(): boolean {
  return Object.keys((window as { footfalls?: object }).footfalls ?? {}).length > 0;
}
