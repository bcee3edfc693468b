import type { Module } from '../options.ts';
import { optIn, optOut } from '../privacy.ts';

/**
 * Leaves out the visits of who works on the site: a page that is opened with `?footfall=off` in its address is the last one that asks
 * whether this browser is counted; `?footfall=on` takes it back.
 *
 * @example
 * initCore({ site: 'example.com', endpoint: '/e' }, ownVisits());
 */
export function ownVisits(): Module {
  return () => {
    const [, wish] = /[?&]footfall=(off|on)\b/.exec(location.search) ?? [];
    if (wish === 'off') optOut();
    else if (wish) optIn();
  };
}
