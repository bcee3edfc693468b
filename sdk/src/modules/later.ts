import { atEnd, attempt } from '../attempt.ts';
import { tickMs } from '../limits.ts';
import { settings } from '../options.ts';
import type { Module } from '../options.ts';
import { isOut, isPrivate, wiping } from '../privacy.ts';
import { kept } from '../send.ts';
import { way } from '../way.ts';
import { lastWord } from './engagement.ts';

/** Events of a last word; the oldest are left out. The browser gives all of a page's last words 64 KiB. */
const EVENTS_MAX = 20;

/**
 * Leaves the browser a last word, which it sends by itself where a page has no chance to: when its process crashes or is killed. What
 * the page can say itself has the same ids, and counts once. To be named after `delivery` and `engagement`; of effect where the
 * browser has `fetchLater` (source: the Fetch standard, "deferred fetching").
 *
 * @example
 * initCore({ site: 'example.com', endpoint: '/e' }, delivery(), engagement(), later());
 */
export function later(): Module {
  return () => {
    const { fetchLater } = window as { fetchLater?: (url: string, init: object) => unknown };
    if (!fetchLater) return;
    let offset: number | undefined;
    let last: AbortController | undefined;

    function leave(): void {
      last?.abort();
      last = undefined;
      const engaged = lastWord();
      const events = kept.slice(-EVENTS_MAX).map(({ _event }) => _event);
      if (engaged) events.push(engaged);
      if (way._held || !events[0] || isOut()) return;
      const gpc = isPrivate() || undefined;
      // As in `post`, in which there is no byte left for a function of it. When this goes is not known: it says how far the clocks
      // are apart instead.
      const batch = JSON.stringify({
        site: settings!.site,
        offset,
        user_id: (!gpc && settings!.userId) || undefined,
        gpc,
        webdriver: navigator.webdriver || undefined,
      });
      const list = events.map((event) => JSON.stringify(event));
      const body = `${batch.slice(0, -1)},"events":[${list.join()}]}`;
      last = new AbortController();
      fetchLater!(settings!.endpoint, { credentials: 'omit', signal: last.signal, method: 'POST', body });
    }
    const leaveIt = () => attempt(leave);

    const { _added, _heard, _sent } = way;
    way._heard = (events, told, error) => {
      if (told.now) offset = told.now - Date.now();
      _heard?.(events, told, error);
    };
    way._added = (item) => {
      _added?.(item);
      leaveIt();
    };
    way._sent = (events, answer) => {
      _sent(events, answer);
      leaveIt();
    };
    wiping.push(leaveIt);
    const timer = setInterval(leaveIt, tickMs);
    atEnd(() => {
      clearInterval(timer);
      last?.abort();
    });
  };
}
