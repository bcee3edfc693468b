import { isOn, settings } from '../options.ts';
import type { Module } from '../options.ts';
import { place } from '../place.ts';

/**
 * Which pages there are, by the options `hash`, `query`, `canonical`, `include`, `exclude` and `mask`.
 *
 * @example
 * initCore({ site: 'example.com', endpoint: '/e', exclude: '/admin/**', mask: '/users/*' }, pages());
 */
export function pages(): Module {
  return () => {
    place._address = () => {
      const { include, exclude, mask } = settings!;
      const url = new URL(canonical() ?? location.href);
      // `#/settings` on `/app/` is the page `/app/settings`.
      if (isOn('hash')) url.pathname = url.pathname.replace(/\/?$/, '/') + location.hash.replace(/^#!?\/?|\?.*/g, '');
      const { pathname } = url;
      if (include && !globs(include).some(({ pattern }) => pattern.test(pathname))) return '';
      if (globs(exclude).some(({ pattern }) => pattern.test(pathname))) return '';
      for (const { hide } of globs(mask)) url.pathname = hide(url.pathname);
      return url.href;
    };
    const { _page } = place;
    place._page = (address) => (isOn('query') ? address.split('#')[0]! : _page(address));
  };
}

function canonical(): string | undefined {
  return isOn('canonical') ? document.querySelector<HTMLLinkElement>('link[rel=canonical]')?.href : undefined;
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
