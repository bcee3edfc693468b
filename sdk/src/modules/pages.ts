import { atEnd } from '../attempt.ts';
import { isOn, settings } from '../options.ts';
import type { Module } from '../options.ts';
import { place } from '../place.ts';
import { plain } from '../plain.ts';
import { way } from '../way.ts';

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
      return url.href;
    };
    place._page = (address) => (isOn('query') ? address.split('#')[0]! : _page(address));
    // Only what is sent is masked: two pages that look alike in it are two.
    way._edit = (event) => {
      const { url, referrer, props } = event;
      if (!settings!.mask) return event;
      const shown = props && Object.entries(plain(props)).map(([name, value]) => [name, hidden(value)] as const);
      return { ...event, url: masked(url), referrer: hidden(referrer)!, props: shown && Object.fromEntries(shown) };
    };
  };
}

/** What is an address of the site itself, or a path, with what nobody is to see in it hidden. */
function hidden<T>(value: T): T | string {
  const { origin } = location;
  const text = String(value);
  if (text.startsWith(origin)) return masked(text);
  return text[0] === '/' ? masked(origin + text).slice(origin.length) : value;
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
