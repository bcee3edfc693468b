import { z } from 'zod';
import { wireLimits } from '../sdk/src/wire.ts';
import { complain } from './fields.ts';

/** A page's address in its parts. The query serves to find campaigns and goes no further; the fragment is dropped here. */
export interface Page {
  /** Lower case, punycode, without a final dot. */
  hostname: string | undefined;
  path: string;
  /** `''`, or with its question mark. */
  query: string;
}

/**
 * The parts of a page's full address; undefined where it is none of http or https, or where its escaped form is longer
 * than an address may be. Never throws.
 */
export function pageOf(url: string): Page | undefined {
  const parsed = URL.parse(url);
  if (!parsed || (parsed.protocol !== 'https:' && parsed.protocol !== 'http:')) return undefined;
  const { hostname, pathname, search } = parsed;
  if (hostname.length > HOSTNAME_CHARS_MAX || pathname.length > wireLimits.urlCharsMax) return undefined;
  return { hostname: plain(hostname), path: pathname, query: search };
}

/** The parts of a path as a server sends it, which may carry a query and a fragment. */
export function pageOfPath(path: string, hostname: string | undefined): Page {
  const hash = path.indexOf('#');
  const whole = hash < 0 ? path : path.slice(0, hash);
  const query = whole.indexOf('?');
  return {
    hostname: hostname === undefined ? undefined : plain(hostname.toLowerCase()),
    path: (query < 0 ? whole : whole.slice(0, query)) || '/',
    query: query < 0 ? '' : whole.slice(query),
  };
}

export const HOSTNAME_CHARS_MAX = 253;
const ADDRESS = complain('a full address of http or https', 'send location.href');

/** A page's address, parsed. */
export const page = z
  .string()
  .max(wireLimits.urlCharsMax)
  .transform((url, context) => {
    const parsed = pageOf(url);
    if (parsed) return parsed;
    context.issues.push({ code: 'custom', input: url, params: ADDRESS });
    return z.NEVER;
  });

function plain(hostname: string): string {
  return hostname.endsWith('.') ? hostname.slice(0, -1) : hostname;
}
