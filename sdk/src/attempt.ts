import { way } from './way.ts';

/** What takes off each listener and patch again. */
const undo: (() => void)[] = [];

/** Does all of that. */
export function undoAll(): void {
  for (const work of undo.splice(0)) attempt(work);
}

/** Listens without ever throwing, and before the page itself. */
export function listen(target: EventTarget, type: string, work: (event: Event) => void): void {
  const safely = (event: Event) => attempt(() => work(event));
  target.addEventListener(type, safely, true);
  atEnd(() => target.removeEventListener(type, safely, true));
}

/** Keeps what is to be done when counting ends. */
export function atEnd(work: () => void): void {
  undo.push(work);
}

/** Runs it. Whatever goes wrong is none of the page's business. */
export function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    return way._tell?.(error);
  }
}
