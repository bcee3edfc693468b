import { warn } from './warn.ts';

/** Runs it. Whatever goes wrong is none of the page's business. */
export function attempt(work: () => void): void {
  try {
    work();
  } catch (error) {
    warn(error);
  }
}

/** Listens without ever throwing. */
export function listen(target: EventTarget, type: string, work: (event: Event) => void): void {
  target.addEventListener(type, (event) => attempt(() => work(event)), true);
}
