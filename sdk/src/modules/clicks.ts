import { listen } from '../attempt.ts';
import { isOff, settings } from '../options.ts';
import type { Module } from '../options.ts';
import { count } from '../track.ts';
import type { Track } from '../track.ts';

/**
 * What a click on a link or element comes to: a call of `track`; undefined: nothing.
 *
 * @internal not in the published types, which serve where there is no DOM, too
 */
type Meaning = (element: Element, link: URL | undefined, event: Event) => Parameters<Track> | undefined;

/**
 * In the order in which they are asked.
 *
 * @internal
 */
export const meanings: Meaning[] = [];

/** The files that are downloads, by their extensions. */
const EXTENSIONS =
  'pdf|docx?|xlsx?|pptx?|key|txt|rtf|csv|epub|zip|rar|7z|t?gz|exe|msi|dmg|pkg|deb|apk|iso|mp[34]|wav|mov|avi|mpe?g|wmv';

/**
 * Counts clicks on links that lead to other hosts: the event `outbound`, with the address without its query as `url`.
 *
 * @example
 * initCore({ site: 'example.com', endpoint: '/e' }, outbound());
 */
export function outbound(): Module {
  return () =>
    watch((_element, link) =>
      link && link.host !== location.host && !isOff('outbound')
        ? ['outbound', { url: link.origin + link.pathname }]
        : undefined,
    );
}

/** Counts clicks on links to files: the event `download`, with the address without its query as `url`. */
export function downloads(): Module {
  return () =>
    watch((element, link) => {
      const own = '' + settings!.downloads;
      const extensions = /^(undefined|true|)$/.test(own) ? EXTENSIONS : own.replace(/\W+/g, '|');
      // Made only now: while a page loads it would take its time.
      return link &&
        !isOff('downloads') &&
        (RegExp(`\\.(${extensions})$`, 'i').test(link.pathname) || element.hasAttribute('download'))
        ? ['download', { url: link.origin + link.pathname }]
        : undefined;
    });
}

/**
 * Counts clicks on elements that say so: `data-footfall-event` is the event's name, each further `data-footfall-…` a property.
 *
 * @example
 * <button data-footfall-event="signup" data-footfall-plan="pro">
 */
export function tagged(): Module {
  return () => {
    /** The control of a label that was counted: it is clicked by that click, in the same task. */
    let labelled: Element | null | undefined;
    watch((element, _link, event) => {
      const target = event.composedPath()[0] as Element;
      const { footfallEvent: name, ...data } = (element as HTMLElement).dataset ?? {};
      if (!name || isOff('tagged') || target === labelled) return undefined;
      labelled = target.closest('label')?.control;
      setTimeout(() => (labelled = undefined));
      const props = Object.entries(data).filter(([key]) => /^footfall./.test(key));
      const named = props.map(([key, value]) => [key[8]!.toLowerCase() + key.slice(9), value] as const);
      return [name, named[0] ? Object.fromEntries(named) : null];
    }, true);
  };
}

/** Counts forms that are sent: the event `form`, with the form's `name` or `id` and the path it goes to. Never what is in its fields. */
export function forms(): Module {
  return () =>
    listen(window, 'submit', ({ target }) => {
      if (isOff('forms')) return;
      const of = (name: string): string | null => (target as Element).getAttribute(name);
      count('form', {
        name: of('name') || of('id'),
        action: new URL(of('action') || '', location as unknown as URL).pathname,
      });
    });
}

/** The first meaning that a click has counts: one click is one event. */
function watch(meaning: Meaning, isFirst?: boolean): void {
  if (isFirst) meanings.unshift(meaning);
  else meanings.push(meaning);
  // One listener serves them all.
  if (meanings[1]) return;
  for (const type of ['click', 'auxclick']) {
    listen(window, type, (event) => {
      // The right button opens a menu.
      if ((event as MouseEvent).button > 1) return;
      for (const element of event.composedPath() as Element[]) {
        // That of a link in SVG is an object.
        const { href } = element as unknown as { href?: { baseVal: string } & string };
        const address =
          /^a$/i.test(element.tagName) && href ? new URL(href.baseVal ?? href, document.baseURI) : undefined;
        const link = address?.protocol.startsWith('http') ? address : undefined;
        for (const one of meanings) {
          const call = one(element, link, event);
          if (!call) continue;
          count(...call);
          return;
        }
      }
    });
  }
}
