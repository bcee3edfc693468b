/** What the package `footfall-sdk` gives to a page. */
export { init } from './init.ts';
export type { Options } from './options.ts';
export type { Props } from './plain.ts';
export { track } from './track.ts';
export type { TrackOptions } from './track.ts';
