import { settings } from '../options.ts';
import type { Module, Options } from '../options.ts';
import { plain } from '../plain.ts';
import { way } from '../way.ts';

/**
 * The site's own say about each page view and event: the options `props` and `beforeSend`. After `pages`, whose addresses it sees.
 *
 * @example
 * initCore({ site: 'example.com', endpoint: '/e', props: { plan: 'pro' } }, edits());
 */
export function edits(): Module {
  return () => {
    const { _edit } = way;
    way._edit = (told) => {
      const { props, beforeSend } = settings!;
      const own = typeof props === 'function' ? props() : props;
      // A tag's attribute would be a text.
      const event = typeof own === 'object' ? { ...told, props: { ...plain(own), ...plain(told.props ?? {}) } } : told;
      const whole = _edit?.(event) ?? event;
      const edit = (
        typeof beforeSend === 'string' ? (window as unknown as Record<string, unknown>)[beforeSend] : beforeSend
      ) as Exclude<Options['beforeSend'], string>;
      return edit ? edit(whole) || undefined : whole;
    };
  };
}
