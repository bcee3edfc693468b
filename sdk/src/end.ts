import { undoAll } from './attempt.ts';
import { configure, settings } from './options.ts';
import { setDenied, wipe } from './privacy.ts';
import { flush } from './send.ts';
import { way } from './way.ts';
import { makeRoom } from './start.ts';
import { forget } from './view.ts';

/** Takes off every listener and patch, deletes what was kept, and lets nothing more be counted. */
export function end(): void {
  if (!settings) return;
  setDenied(true);
  way._held = 0;
  // Which drops it all now.
  flush();
  wipe();
  undoAll();
  forget();
  makeRoom();
  configure(undefined);
}
