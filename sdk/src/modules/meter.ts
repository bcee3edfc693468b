import { tickMs } from '../limits.ts';

/** How one page view is looked at. */
export interface Meter {
  /** ms visible and focused. */
  _engagedMs: number;
  /** Since when it is, by `performance.now()`; 0 when it is not. */
  _since: number;
  /** The deepest point seen, in px from the top. */
  _deepestPx: number;
  /** The engaged time that was last told. */
  _toldMs: number;
}

export function newMeter(): Meter {
  return { _toldMs: 0, _since: 0, _engagedMs: 0, _deepestPx: 0 };
}

/**
 * Takes in what has passed, to be called whenever something changes. The clock is one that is never set. The depth counts
 * where there was somebody to see it, so not at the first call: a page that moves within itself is then still scrolled as before.
 *
 * @param isLeaving whether the page is being left, though it may still be visible
 */
export function measure(meter: Meter, isLeaving?: boolean): void {
  const now = performance.now();
  if (meter._since) {
    meter._engagedMs += Math.min(now - meter._since, 2 * tickMs);
    meter._deepestPx = Math.max(meter._deepestPx, scrollY + innerHeight);
  }
  meter._since = !isLeaving && !document.hidden && document.hasFocus() ? now : 0;
}

/** The engaged time and the depth in percent of the page as it is now, which may have grown; undefined if it is no news. */
export function tell(meter: Meter): { engaged_ms: number; depth: number } | undefined {
  const engagedMs = Math.round(meter._engagedMs);
  if (engagedMs <= meter._toldMs) return undefined;
  meter._toldMs = engagedMs;
  const { scrollHeight } = document.scrollingElement ?? document.documentElement;
  const depth = Math.min(Math.round((100 * meter._deepestPx) / (scrollHeight || 1)), 100);
  return { depth, engaged_ms: engagedMs };
}
