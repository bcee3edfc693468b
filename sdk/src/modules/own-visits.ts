import type { Module } from '../options.ts';
import { optIn, optOut } from '../privacy.ts';

/**
 * Leaves out the visits of who works on the site: once a page was opened with `?footfall=off` in its address, this browser is not
 * counted any more, nor is that page; `?footfall=on` takes it back.
 *
 * @example
 * initCore({ site: 'example.com', endpoint: '/e' }, ownVisits());
 */
export function ownVisits(): Module {
  return () => {
    const { search } = location;
    // On most pages there is nothing to look through, and each look has its price while a page loads.
    if (!search) return;
    const [, wish] = /[?&]footfall=(off|on)\b/.exec(search) ?? [];
    if (wish === 'off') optOut();
    else if (wish) optIn();
  };
}
