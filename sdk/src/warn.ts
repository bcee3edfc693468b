let isOn: boolean | undefined;

/** Whether someone is at work on the page, who is to read what was not counted and why. Decided once. */
export function isWatched(): boolean {
  isOn ??=
    /^(localhost|127\..*|\[::1]|.*\.localhost|)$/.test(location.hostname) || /[?&]footfall\b/.test(location.search);
  return isOn;
}

/** Writes to the console of a page that someone is at work on. Never throws. */
export function warn(...words: unknown[]): void {
  try {
    // oxlint-disable-next-line no-console -- the one place that does, and only for who works on the page.
    if (isWatched()) console.warn('footfall:', ...words);
  } catch {
    // Neither a browser nor a console: nobody to tell.
  }
}
