import { attempt } from '../attempt.ts';
import { fresh } from '../id.ts';
import { adoptMs, outboxCharsMax, outboxMsMax } from '../limits.ts';
import { configure, settings } from '../options.ts';
import type { Module } from '../options.ts';
import { isOut, isPrivate, wiping } from '../privacy.ts';
import { post } from '../send.ts';
import { way } from '../way.ts';
import type { Kept } from '../way.ts';
import type { WireEvent } from '../wire.ts';

/** What one page has left. */
interface Left {
  time: number;
  user: string | undefined;
  events: WireEvent[];
}

/**
 * Keeps on the device what is not known to have arrived, where the site has chosen `storage: 'local'`. One key a page load; a page
 * takes up those of others that have not changed for a while. Two that take up the same send it twice, which counts once.
 */
export function outbox(): Module {
  return () => {
    if (settings!.storage !== 'local' || isPrivate()) return;
    // Where counting has ended there is none: this throws, and nothing is sent any more.
    const prefix = () => `footfall ${settings!.endpoint} ${settings!.site} `;
    const own = prefix() + fresh('').id;
    const open = new Set<Kept>();

    function write(): void {
      const events = [...open].map(({ _event }) => _event);
      let text: string;
      while (
        (text = JSON.stringify({ time: Date.now(), user: settings!.userId, events } satisfies Left)).length >
        outboxCharsMax
      )
        events.shift();
      // Nothing is kept of what waits for consent, or of a page that nobody has seen yet.
      if (!events[0] || way._held || isOut()) delete localStorage[own];
      else localStorage[own] = text;
    }

    function each(work: (key: string) => void): void {
      for (const key of Object.keys(localStorage)) if (key.startsWith(prefix())) attempt(() => work(key));
    }

    function adopt(key: string): void {
      const { time, user, events } = JSON.parse(localStorage[key]) as Left;
      const ageMs = Date.now() - time;
      if (ageMs > outboxMsMax || isOut()) delete localStorage[key];
      else if (key !== own && !way._held && ageMs > adoptMs) {
        let count = events.length;
        const adopted = events.map((_event) => ({
          _event,
          _isAdopted: true,
          _done: (outcome: string) => outcome !== 'unknown' && !--count && delete localStorage[key],
        }));
        // It happened to the user of then.
        const now = settings!;
        configure({ ...now, userId: user });
        attempt(() => post(adopted));
        configure(now);
      }
    }

    const adoptAll = () => attempt(() => each(adopt));
    const { _added } = way;
    way._added = (item) => {
      const done = item._done;
      item._done = (outcome) => {
        open.delete(item);
        attempt(write);
        // Its own go first, and the collector answers.
        if (!open.size) adoptAll();
        done?.(outcome);
      };
      open.add(item);
      attempt(write);
      // It may find that there are too many, and drop this one.
      _added?.(item);
    };
    wiping.push(() => each((key) => delete localStorage[key]));
    // What another page has left only just now.
    setTimeout(adoptAll, adoptMs);
  };
}
