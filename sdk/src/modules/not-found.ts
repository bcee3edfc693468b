import { isOff } from '../options.ts';
import type { Module } from '../options.ts';
import { count } from '../track.ts';

/**
 * Counts a page that the server answered with 404 as the event `404`. Where the browser does not tell the status, the page can:
 * `<meta name="footfall-status" content="404">`. It looks once, when counting begins.
 */
export function notFound(): Module {
  return () => {
    if (isOff('notFound')) return;
    const [load] = performance.getEntriesByType('navigation') as { responseStatus?: number }[];
    const meta = document.querySelector<HTMLMetaElement>('meta[name=footfall-status]');
    if (load?.responseStatus === 404 || meta?.content === '404')
      count('404', { path: location.pathname }, { interactive: false });
  };
}
