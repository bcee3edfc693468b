import { attempt, listen } from './attempt.ts';
import { watchMoves } from './moves.ts';
import { configure, settings } from './options.ts';
import type { Options } from './options.ts';
import { flush } from './send.ts';
import { replay } from './track.ts';
import { begin, leave, look, move } from './view.ts';
import { isWatched } from './warn.ts';

/**
 * Starts to count. Called again it only changes the options; on a server it does nothing. It never throws.
 *
 * @example
 * init({ site: 'example.com', endpoint: 'https://stats.example.com/e' });
 */
export function init(options: Options): void {
  attempt(() => {
    if (!globalThis.document) return;
    const isFirst = !settings;
    configure(options);
    if (!isFirst) return;
    // While the address is still what it was loaded with.
    isWatched();
    // Nobody has seen a prerendered page yet.
    if ((document as { prerendering?: boolean }).prerendering) listen(document, 'prerenderingchange', start);
    else start();
  });
}

function start(): void {
  const isAuto = settings!.auto !== false;
  for (const type of ['focus', 'blur', 'scroll']) listen(window, type, look);
  listen(document, 'visibilitychange', () => {
    if (document.visibilityState === 'hidden') leave();
    else look();
    flush();
  });
  listen(window, 'pagehide', () => {
    leave(true);
    flush(true);
  });
  if (isAuto) {
    listen(window, 'pageshow', (event) => (event as PageTransitionEvent).persisted && begin(0));
    watchMoves(move);
    begin(0);
  }
  replay();
}
