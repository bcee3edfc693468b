import type { Options, Module } from '../options.ts';
import { start } from '../start.ts';
import type { Track } from '../track.ts';
import { attempt } from '../attempt.ts';

export function tag(...modules: Module[]) {
  attempt(() => {
    const current = document.currentScript as HTMLScriptElement | null;
    const page = window as unknown as { footfall?: Track & { q?: ArrayLike<unknown>[] } };
    // A module is no current script, and what a tag manager puts in has lost its attributes.
    const script = current?.dataset.site ? current : document.querySelector<HTMLScriptElement>('script[data-site]')!;
    const { endpoint: own } = script.dataset;
    // Beside the script itself. By hand, for a `URL` has its price while a page loads, as a pattern has.
    const endpoint = own
      ? new URL(own, location as unknown as URL)
      : script.src.split('?')[0]!.split('/').slice(0, -1).join('/') + '/e';
    const count = start({ ...(script.dataset as object), endpoint } as unknown as Options, modules);
    for (const call of page.footfall?.q ?? []) void count(...(call as unknown as Parameters<Track>));
    page.footfall = count;
  });
}
