import { cut } from './cut.ts';
import { wireLimits } from './wire.ts';

/** How the page's address is told: a module may give another. */
export const place = {
  /** `''`: nothing is counted there. */
  _address: (): string => location.href,
  /** What makes two addresses two pages: the address without query and fragment. */
  _page: (address: string): string => address.split(/[?#]/)[0]!,
};

/** The page's address. */
export function here(): string {
  return cut(place._address(), wireLimits.urlCharsMax);
}
