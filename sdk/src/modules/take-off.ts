import { wiping } from '../privacy.ts';
import { unheard, way } from '../way.ts';
import { meanings } from './clicks.ts';

/** Leaves everything that modules hang themselves into as it was before them, so that they can do it again. */
export function takeOff(): void {
  for (const list of [meanings, wiping]) list.length = 0;
  for (const name of Object.keys(way)) delete way[name as keyof typeof way];
  way._sent = unheard;
}
