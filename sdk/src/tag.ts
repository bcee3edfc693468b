/** The script of `<script defer src="…/s.js" data-site="example.com">`. */
import { attempt } from './attempt.ts';
import { init } from './init.ts';
import { track } from './track.ts';
import { warn } from './warn.ts';

interface Footfall {
  (...call: Parameters<typeof track>): void;
  /** Calls that the page's own line kept until this script came. */
  q?: ArrayLike<unknown>[];
  /** Whether it is this script's, and not that line's. */
  loaded?: boolean;
}

attempt(() => {
  const page = window as { footfall?: Footfall };
  const { footfall } = page;
  if (footfall?.loaded) return;
  page.footfall = Object.assign((...call: Parameters<typeof track>) => track(...call), { loaded: true });
  const current = document.currentScript as HTMLScriptElement | null;
  // A module is no current script, and what a tag manager puts in has lost its attributes.
  const script = current?.dataset.site ? current : document.querySelector<HTMLScriptElement>('script[data-site]');
  if (!script) return warn('the script tag needs data-site');
  const { site, endpoint, auto, userId } = script.dataset;
  init({ site: site!, endpoint: endpoint || new URL('e', script.src).href, auto: auto !== 'false', userId });
  for (const call of footfall?.q ?? []) track(...(Array.from(call) as Parameters<typeof track>));
});
