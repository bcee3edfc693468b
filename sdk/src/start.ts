import type { Track } from './track.ts';
import { configure, isOff } from './options.ts';
import { watchMoves } from './moves.ts';
import { AWAITED, flush } from './send.ts';
import { count } from './track.ts';
import { way } from './way.ts';
import type { Options, Module } from './options.ts';
import { attempt, listen } from './attempt.ts';
import { begin, leave } from './view.ts';

/** The copies of this script on the page, by what they count for. */
type Copies = Record<string, Track>;

function go(isGoing?: boolean): void {
  leave(isGoing);
  flush(isGoing);
}

/** Makes room for another copy, or another start of this one, under whatever this one began with. */
export function makeRoom(): void {
  const { footfalls = {} } = window as { footfalls?: Copies };
  for (const name of Object.keys(footfalls)) if (footfalls[name] === (way._track ?? count)) delete footfalls[name];
}

/** Begins to count, if no other copy of this script does for the same site on the page; answers who counts. */
export function start(options: Options, modules: Module[]): Track {
  const page = window as { footfalls?: Copies };
  const copies = (page.footfalls = page.footfalls ?? {});
  const name = options.endpoint + options.site;
  if (copies[name]) return copies[name];
  configure(options);
  // Nobody has seen a prerendered page yet. `true` counts as 1.
  way._held = (document as { prerendering?: unknown }).prerendering as number;
  for (const module of modules) attempt(module);
  if (way._held & 1) listen(document, 'prerenderingchange', begins);
  else attempt(begins);
  return (copies[name] = way._track ?? count);
}

function begins(): void {
  way._held! &= AWAITED;
  listen(window, 'visibilitychange', () => document.hidden && go());
  listen(window, 'pagehide', () => go(true));
  if (!isOff('auto')) {
    watchMoves();
    listen(window, 'pageshow', (event) => (event as PageTransitionEvent).persisted && begin(0));
    begin(0);
  }
}
