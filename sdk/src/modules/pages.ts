import { atEnd } from '../attempt.ts';
import { isOn, settings } from '../options.ts';
import type { Module } from '../options.ts';
import { place } from '../place.ts';
import { way } from '../send.ts';

/**
 * Which pages there are, by the options `hash`, `query`, `canonical`, `include`, `exclude` and `mask`.
 *
 * @example
 * initCore({ site: 'example.com', endpoint: '/e', exclude: '/admin/**', mask: '/users/*' }, pages());
 */
export function pages(): Module {
  return () => {
    const { _address, _page } = place;
    atEnd(() => Object.assign(place, { _address, _page }));
    place._address = () => {
      const { include, exclude } = settings!;
      const canonical = isOn('canonical') && document.querySelector<HTMLLinkElement>('link[rel=canonical]')?.href;
      const url = new URL(canonical || location.href);
      // `#/settings` on `/app/` is the page `/app/settings`.
      if (isOn('hash')) url.pathname = url.pathname.replace(/\/?$/, '/') + location.hash.replace(/^#!?\/?|\?.*/g, '');
      const fits = (text?: string) => globs(text).some(({ pattern }) => pattern.test(url.pathname));
      if ((include && !fits(include)) || fits(exclude)) return '';
      return masked(url.href);
    };
    place._page = (address) => (isOn('query') ? address.split('#')[0]! : _page(address));
    // The referrer of a page's load is the page before, which may have been one of ours.
    way._edit = (event) =>
      event.referrer?.startsWith(location.origin) ? { ...event, referrer: masked(event.referrer) } : event;
  };
}

/** An address in whose path is hidden what nobody is to see. */
function masked(href: string): string {
  const url = new URL(href);
  for (const { hide } of globs(settings!.mask)) url.pathname = hide(url.pathname);
  return url.href;
}

/** One of them, read. */
interface Glob {
  pattern: RegExp;
  /** A path in which what the stars stand for is hidden; the path itself where it does not fit. */
  hide: (path: string) => string;
}

/** Globs with commas between them, in which `*` is one part of a path and `**` any number. */
function globs(text = ''): Glob[] {
  const all = text.split(',').map((glob) => glob.trim());
  return all.filter(Boolean).map((glob) => {
    const pieces = glob.match(/\*\*?|[^*]+/g)!;
    const groups = pieces.map((piece) => stars[piece] ?? `(${piece.replace(/[.+?^${}()|[\]\\]/g, '\\$&')})`);
    const pattern = new RegExp(`^${groups.join('')}$`);
    const hide = (path: string): string =>
      path.replace(pattern, (_all, ...found: string[]) =>
        pieces.map((piece, n) => (stars[piece] ? '*' : found[n])).join(''),
      );
    return { pattern, hide };
  });
}

const stars: Record<string, string> = { '*': '([^/]+)', '**': '(.*)' };
