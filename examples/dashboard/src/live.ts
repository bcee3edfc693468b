import { useEffect, useState } from 'preact/hooks';
import type { Row } from '../../../core/question.ts';
import type { Client, Realtime } from './client.ts';
import { todayQuestion } from './questions.ts';

const POLL_MS = 1000;
/** Without anything new: the day goes on, and what is old leaves the range. */
const REFRESH_MS = 60_000;
/** In place of what was seen last. */
const UNSURE = 'unsure';

export interface Live {
  realtime: Realtime | undefined;
  /** Counts up when the numbers have changed. */
  tick: number;
}

/**
 * Looks at the last minutes of a site every second while the page is visible, and says when all numbers are to be asked
 * again: when something came in, but never while answers are still awaited, so a slow server is not asked more.
 *
 * @param isBusy whether answers are awaited
 */
export function useLive(client: Client, site: string, isBusy: () => boolean): Live {
  const [live, setLive] = useState<Live>({ realtime: undefined, tick: 0 });

  useEffect(() => {
    if (site === '') return undefined;
    const stop = new AbortController();
    let shown = '';
    let changed = Date.now();
    let timer: ReturnType<typeof setTimeout> | undefined;
    setLive(({ tick }) => ({ realtime: undefined, tick }));

    async function look(): Promise<void> {
      if (document.visibilityState === 'visible' && (shown === '' || !isBusy())) {
        const found = await Promise.all([
          client.realtime(site, stop.signal),
          client.query(todayQuestion(site), stop.signal),
        ]).catch(() => undefined);
        if (stop.signal.aborted) return;
        if (found) take(found[0], found[1].results);
      }
      timer = setTimeout(() => void look(), POLL_MS);
    }

    function take(realtime: Realtime, events: Row[]): void {
      const now = JSON.stringify([realtime, events]);
      const isNew = (shown !== '' && now !== shown) || Date.now() - changed > REFRESH_MS;
      if (isNew) changed = Date.now();
      if (isNew || shown === '') setLive(({ tick }) => ({ realtime, tick: isNew ? tick + 1 : tick }));
      // What came in while the first numbers were asked for may be in them or not: the next look asks again.
      shown = shown === '' && realtime.visitors > 0 ? UNSURE : now;
    }

    const resume = (): void => {
      if (document.visibilityState !== 'visible') return;
      clearTimeout(timer);
      void look();
    };
    void look();
    document.addEventListener('visibilitychange', resume);
    return () => {
      stop.abort();
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', resume);
    };
  }, [client, site]);

  return live;
}
