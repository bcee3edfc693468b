import { wireLimits } from '../sdk/src/wire.ts';
import { isLocalHost } from './local-host.ts';
import { HOSTNAME_CHARS_MAX } from './page.ts';
import { sourceOfApp, sourceOfHost } from './sources.ts';
import type { Source } from './sources.ts';

export interface Referrer {
  host: string;
  /** Host and path, without query and fragment, which may hold what is nobody's business. */
  address: string;
  known: Source | undefined;
}

/**
 * The page, or the app, that referred. Undefined for a page of the same site, for one that people only pass through (payment,
 * sign-in), for a private host that means nothing outside its network, and for what is no address. Never throws.
 *
 * @param hostname of the page
 * @param own the site's hosts, which stand for their sub-domains, too
 */
export function referrerOf(text: string, hostname: string | undefined, own: readonly string[]): Referrer | undefined {
  const url = URL.parse(text);
  if (!url || url.hostname.length > HOSTNAME_CHARS_MAX) return undefined;
  const host = withoutWww(url.hostname.toLowerCase().replace(/\.$/, ''));
  if (host === '') return undefined;
  if (url.protocol === 'android-app:') return referrer(host, url.pathname, sourceOfApp(host));
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return undefined;
  if (isOwn(host, hostname, own)) return undefined;
  if (isPrivate(host) && !(hostname !== undefined && isPrivate(hostname))) return undefined;
  const known = sourceOfHost(host);
  return known?.kind === 'passage' ? undefined : referrer(host, url.pathname, known);
}

/**
 * Whether a name is that of a host of the site.
 *
 * @param hostname of the page
 * @param own the site's hosts, which stand for their sub-domains, too
 */
export function isOwn(name: string, hostname: string | undefined, own: readonly string[]): boolean {
  const host = withoutWww(name.toLowerCase());
  return (hostname !== undefined && host === withoutWww(hostname)) || own.some((one) => isWithin(host, one));
}

function referrer(host: string, pathname: string, known: Source | undefined): Referrer {
  const path = pathname.length > 1 ? pathname : '';
  return { host, address: (host + path).slice(0, wireLimits.urlCharsMax), known };
}

function isWithin(host: string, site: string): boolean {
  const plain = withoutWww(site);
  return host.endsWith(plain) && (host.length === plain.length || host.at(-plain.length - 1) === '.');
}

/** A name without a dot is one of a network's own. */
function isPrivate(host: string): boolean {
  return isLocalHost(host) || !/[.:]/.test(host);
}

function withoutWww(host: string): string {
  return host.startsWith('www.') ? host.slice('www.'.length) : host;
}
