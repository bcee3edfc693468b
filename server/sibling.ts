/**
 * The address of a file beside another, for a thread or process to start: `.ts` in the sources, `.js` in what is built.
 *
 * @example
 * new Worker(siblingOf(import.meta.url, 'worker-thread'));
 */
export function siblingOf(url: string, name: string): URL {
  return new URL(`./${name}.${url.endsWith('.ts') ? 'ts' : 'js'}`, url);
}
