import { setTimeout as pause } from 'node:timers/promises';

const LOOK_MS = 20;

/**
 * Waits until something is so.
 *
 * @param what for the message when it never is, within `msMax`
 * @param look answers anything but false and undefined when it is so; what it throws counts as not yet, and is told at the end
 * @returns what `look` answered
 */
export async function until<T>(
  what: string,
  look: () => T | false | undefined | Promise<T | false | undefined>,
  msMax = 30_000,
): Promise<T> {
  const end = Date.now() + msMax;
  let cause: unknown;
  do {
    try {
      const found = await look();
      if (found !== false && found !== undefined) return found;
    } catch (error) {
      cause = error;
    }
    await pause(LOOK_MS);
  } while (Date.now() < end);
  throw new Error(`waited ${msMax} ms in vain for ${what}`, { cause });
}
