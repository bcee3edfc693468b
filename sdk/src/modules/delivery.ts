import { attempt, listen } from '../attempt.ts';
import { batchMs, eventsKeptMax, retriesMax, retryMsMax, retryMsMin } from '../limits.ts';
import type { Module } from '../options.ts';
import { isPrivate } from '../privacy.ts';
import { halve, kept, schedule } from '../send.ts';
import { way } from '../way.ts';
import type { Answer, Kept, Outcome, Told } from '../way.ts';
import { promise } from '../track.ts';
import { ANSWER_HEADER } from '../wire.ts';

/**
 * Listens to the answers, and tries again: after a failure with the same ids; and what went when the page was hidden, of which no
 * answer can be read, with what goes once it is shown again.
 */
export function delivery(): Module {
  return () => {
    let failures = 0;
    /** Whether the next try is set: of many requests that fail together, each is not a failure more. */
    let isWaiting: boolean | undefined;
    let blind: Kept[] | undefined;
    way._track = promise;
    way._end = end;
    way._added = () => {
      if (kept.length > eventsKeptMax) end([kept.pop()!], 'dropped');
    };
    way._sent = (events, answer) => {
      isWaiting = false;
      if (answer) void listenTo(events, answer);
      else if (isPrivate()) end(events, 'unknown');
      else blind = [...(blind ?? watch()), ...events].slice(-eventsKeptMax);
    };

    /** Only when there is something to send again: each listener has its price while a page loads. */
    function watch(): Kept[] {
      for (const type of ['pageshow', 'visibilitychange']) {
        listen(window, type, () => {
          if (document.hidden || !blind![0]) return;
          kept.unshift(...blind!.splice(0));
          schedule(batchMs);
        });
      }
      return [];
    }

    async function listenTo(events: Kept[], answer: Promise<Answer>): Promise<void> {
      let response: Answer | undefined;
      let told: Told = {};
      let error: unknown;
      try {
        response = await answer;
        // To wait for the body costs more of a page's load than all else here. What is refused stands in the body alone.
        told = { ...((JSON.parse(response.headers.get(ANSWER_HEADER)!) ?? (await response.json())) as Told | null) };
      } catch (why) {
        error = why;
      }
      attempt(() => {
        const status = response?.status;
        way._heard?.(events, told, error);
        if (
          told.accepted! >= 0 ||
          // Of the statuses of 4 those that ask to try again, or in parts, are no end.
          (/^4(?!08|29)/.test(status as unknown as string) && (status !== 413 || !events[1]))
        ) {
          way._isSlow = false;
          failures = 0;
          events.forEach((event, place) =>
            end([event], told.refused?.every(({ index }) => index !== place) ? 'stored' : 'refused'),
          );
        } else if (status === 413) {
          halve(events);
        } else if (events[0]!._isAdopted) {
          end(events, 'unknown');
        } else {
          kept.unshift(...events);
          way._isSlow = true;
          if (!isWaiting && failures < retriesMax) {
            isWaiting = true;
            const askedS = response?.headers.get('retry-after') as unknown as number;
            const pauseMs = retryMsMin * 2 ** failures++ * (1 + Math.random());
            schedule(Math.min(Math.max(askedS * 1000 || 0, pauseMs), retryMsMax));
          }
        }
      });
    }
  };
}

function end(events: Kept[], outcome: Outcome): void {
  for (const { _done } of events) _done?.(outcome);
}
