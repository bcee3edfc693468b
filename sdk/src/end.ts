import { attempt, undoAll } from './attempt.ts';
import { configure, settings } from './options.ts';
import { setDenied, wipe } from './privacy.ts';
import { take, way } from './send.ts';
import { makeRoom } from './start.ts';
import { forget } from './view.ts';

/** Takes off every listener and patch, deletes what was kept, and lets nothing more be counted until `start`. */
export function end(): void {
  if (!settings) return;
  wipe();
  attempt(() => way._end?.(take(), 'dropped'));
  undoAll();
  forget();
  attempt(makeRoom);
  configure(undefined);
  setDenied(true);
}
