/**
 * Types of the script tag's global function, for pages that are checked by TypeScript: `import 'footfall-sdk/tag'`. It has no code.
 *
 * @example
 * import 'footfall-sdk/tag';
 *
 * declare global {
 *   interface FootfallEvents {
 *     signup: { plan: 'free' | 'pro' };
 *   }
 * }
 * footfall('signup', { plan: 'pro' });
 */
import type { TypedTrack } from './npm.ts';
import type { Props } from './plain.ts';
import type { Call, Track } from './track.ts';

declare global {
  /** The events of this site by their names, each with its properties. While there are none, any may be counted. */
  interface FootfallEvents {}

  var footfall: FootfallFunction;
}

/** Counts an event. The further functions are those of `s.all.js`, once it is loaded. */
export type FootfallFunction = (keyof FootfallEvents extends never
  ? (...call: Call) => ReturnType<Track>
  : TypedTrack<FootfallEvents & { pageview: Props | undefined }>) & {
  /** What the stub keeps until the script is there. */
  q?: unknown[];
  consent?: (state: 'pending' | 'granted' | 'denied') => void;
  optOut?: () => void;
  optIn?: () => void;
  destroy?: () => void;
};
