import { attempt } from '../attempt.ts';
import { settings } from '../options.ts';
import type { Module } from '../options.ts';
import { setDenied, wipe } from '../privacy.ts';
import { AWAITED, schedule, take } from '../send.ts';
import { way } from '../way.ts';
import { count, promise } from '../track.ts';

/**
 * What a visitor has said: while it is `pending` events wait in the page's memory; `granted` sends them with their own times; `denied`
 * drops them and all that comes, and deletes what is on the device.
 *
 * @example
 * consent('granted');
 */
export function consent(state: 'pending' | 'granted' | 'denied'): void {
  attempt(() => {
    if (!settings) {
      // Other copies of this script count here, which were first.
      const { footfalls } = window as { footfalls?: Record<string, { consent?: typeof consent }> };
      for (const copy of Object.values(footfalls ?? {})) copy.consent?.(state);
      return;
    }
    way._held = (way._held! & ~AWAITED) | (state === 'pending' ? AWAITED : 0);
    setDenied(state === 'denied');
    if (state === 'denied') {
      way._end?.(take(), 'dropped');
      wipe();
    } else if (state === 'granted') schedule(0);
  });
}

/** The option `consent`, which says the state at the start. */
export function consents(): Module {
  return () => {
    const { consent: state } = settings!;
    if (state) consent(state);
    // Whichever of them counts: what a later copy is told reaches this one.
    for (const track of [count, promise]) Object.assign(track, { consent });
  };
}
