import { attempt } from '../attempt.ts';
import { start } from '../start.ts';
import type { Options, Module } from '../options.ts';
import type { Track } from '../track.ts';

export function tag(...modules: Module[]) {
  attempt(() => {
    const page = window as unknown as { footfall?: Track & { q?: ArrayLike<unknown>[] } };
    const current = document.currentScript as HTMLScriptElement | null;
    // A module is no current script, and what a tag manager puts in has lost its attributes.
    const script = current?.dataset.site ? current : document.querySelector<HTMLScriptElement>('script[data-site]')!;
    const endpoint = new URL(script.dataset.endpoint || new URL('e', script.src), location as unknown as URL);
    const count = start({ ...(script.dataset as object), endpoint } as unknown as Options, modules);
    for (const call of page.footfall?.q ?? []) void count(...(call as unknown as Parameters<Track>));
    page.footfall = count;
  });
}
