import type { Site } from '../core/site.ts';
import type { Incoming } from './door.ts';

/**
 * What becomes of a request whose browser asks for privacy, by Global Privacy Control or Do Not Track; undefined where it does not.
 * Of the page and the site the stricter wins; a page that drops such requests sends none. Source: globalprivacycontrol.org;
 * W3C, Tracking Preference Expression
 *
 * @param isHeeded whether the page says that it heeds it
 */
export function wishOf(
  site: Site,
  isHeeded: boolean | undefined,
  header: Incoming['header'],
): NonNullable<Site['gpc']> | undefined {
  if (isHeeded !== true && header('sec-gpc') !== '1' && header('dnt') !== '1') return undefined;
  const own = site.gpc ?? 'count';
  return isHeeded === true && own === 'ignore' ? 'count' : own;
}
