/** What the package `footfall-sdk` gives to a page. */
export { downloads, forms, outbound, tagged } from './modules/clicks.ts';
export { consent, consents } from './modules/consent.ts';
export { delivery } from './modules/delivery.ts';
export { edits } from './modules/edits.ts';
export { engagement } from './modules/engagement.ts';
export { explain } from './modules/explain.ts';
export { later } from './modules/later.ts';
export { notFound } from './modules/not-found.ts';
export { outbox } from './modules/outbox.ts';
export { pages } from './modules/pages.ts';
export { createTracker, destroy, init, initCore, track } from './npm.ts';
export type { TypedTrack } from './npm.ts';
export type { Module, Options } from './options.ts';
export { optIn, optOut } from './privacy.ts';
export type { Props } from './plain.ts';
export type { Outcome } from './send.ts';
export type { TrackOptions } from './track.ts';
export type { WireEvent } from './wire.ts';
