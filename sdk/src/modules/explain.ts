import { settings } from '../options.ts';
import type { Module } from '../options.ts';
import { way } from '../way.ts';

/**
 * Tells who works on a page, in the console, which events were not counted and why: on `localhost`, and with `?footfall` in the address that the
 * page was loaded with.
 */
export function explain(): Module {
  return () => {
    if (!isWatched()) return;
    way._tell = warn;
    const { _heard } = way;
    way._heard = (events, told, error) => {
      _heard?.(events, told, error);
      if (error) warn(`${settings!.endpoint} does not answer as a collector does. Is it blocked?`, error);
      else
        events.forEach(({ _event }, place) => {
          const refusal = told.refused ? told.refused.find(({ index }) => index === place) : told;
          if (refusal) warn(`"${_event.name}" was refused: ${refusal.reason}: ${refusal.message}; ${refusal.fix}`);
        });
    };
  };
}

/** Tells the same person that the tag says no site. */
export function complain(): void {
  if (!('footfalls' in window) && isWatched()) warn('the script tag needs data-site');
}

/** Whether someone is at work on the page. */
function isWatched(): boolean {
  const { hostname, search } = location;
  // Here too no pattern where none is needed: each has its price while a page loads.
  const parts = hostname.split('.');
  const isLocal = ['', '127', '[::1]'].includes(parts[0]!) || parts.pop() === 'localhost';
  return isLocal || (!!search && /[?&]footfall\b/.test(search));
}

function warn(...words: unknown[]): undefined {
  try {
    // oxlint-disable-next-line no-console -- the one place that does, and only for who works on the page.
    console.warn('footfall:', ...words);
  } catch {
    // No console: nobody to tell.
  }
}
