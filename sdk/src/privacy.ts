import { settings } from './options.ts';
import { attempt } from './attempt.ts';

/** The name under which the browser keeps that its user has opted out. */
const OUT = 'footfallOut';

/** What deletes from the device what is kept there. */
export const wiping: (() => void)[] = [];

/** Whether the visitor has denied consent. */
let isDenied: boolean | undefined;

/** Whether the visitor's browser asks for privacy, and gets it. */
export function isPrivate(): boolean {
  return wish() === 'count';
}

/** Whether nothing may be sent. */
export function isOut(): unknown {
  return isDenied || wish() === 'drop' || attempt(() => localStorage[OUT] as unknown);
}

/**
 * Nothing is counted in this browser on this site any more, until `optIn()`. That is kept on the device: it is the person's own wish.
 *
 * @example
 * button.onclick = () => optOut();
 */
export function optOut(): void {
  attempt(() => localStorage.setItem(OUT, '1'));
  wipe();
}

/** Deletes from the device what is kept there. */
export function wipe(): void {
  for (const work of wiping) attempt(work);
}

/** Takes `optOut()` back. */
export function optIn(): void {
  attempt(() => localStorage.removeItem(OUT));
}

export function setDenied(denied: boolean): void {
  isDenied = denied;
}

/** What becomes of the wish for privacy that the visitor's browser sends, if it does. Source: globalprivacycontrol.org */
function wish(): unknown {
  // What is no number, such as `unspecified`, is no wish.
  return (
    ((navigator as { globalPrivacyControl?: unknown }).globalPrivacyControl || +navigator.doNotTrack!) &&
    (settings!.gpc || 'count')
  );
}
