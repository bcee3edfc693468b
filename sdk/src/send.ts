import { attempt } from './attempt.ts';
import { explain } from './explain.ts';
import { batchEventsMax, batchMs, bodyBytesMax, eventsKeptMax, retriesMax, retryMsMax, retryMsMin } from './limits.ts';
import { settings } from './options.ts';
import { isWatched, warn } from './warn.ts';
import type { WireBatch, WireEvent } from './wire.ts';

/** What waits to be sent, as JSON: the same text at each try, whatever the page does with its objects meanwhile. */
let kept: string[] = [];
let timer: ReturnType<typeof setTimeout> | undefined;
/** Failures in a row. */
let failures = 0;

/**
 * Keeps an event until its batch goes.
 *
 * @param atOnce whether it does not wait for others
 */
export function add(event: WireEvent, atOnce?: boolean): void {
  if (kept.length >= eventsKeptMax) return warn(`"${event.name}" was not counted: too many events wait to be sent`);
  kept.push(JSON.stringify(event));
  // After a failure nothing is in a hurry.
  if (!failures && (atOnce || kept.length >= batchEventsMax)) flush();
  else schedule(batchMs);
}

/**
 * Sends what is kept.
 *
 * @param isLeaving whether the page may be gone the next moment, though it may still be visible
 */
export function flush(isLeaving?: boolean): void {
  clearTimeout(timer);
  timer = undefined;
  const events = kept;
  kept = [];
  if (events.length > 0) post(events, isLeaving || document.visibilityState === 'hidden');
}

function schedule(ms: number): void {
  timer ??= setTimeout(() => attempt(flush), ms);
}

function post(events: string[], isHidden: boolean): void {
  const { site, endpoint, userId } = settings!;
  const batch = {
    site,
    sent: Date.now(),
    language: navigator.language,
    width: innerWidth,
    user_id: userId || undefined,
  };
  // By hand, for some old libraries teach arrays a JSON of their own.
  const body = `${JSON.stringify(batch satisfies Envelope).slice(0, -1)},"events":[${events.join()}]}`;
  const fits = new Blob([body]).size <= bodyBytesMax;
  if (isHidden && fits && beacon(endpoint, body)) return;
  if (events.length > 1 && (isHidden || !fits)) {
    const half = events.length >> 1;
    post(events.slice(0, half), isHidden);
    post(events.slice(half), isHidden);
  } else {
    request(endpoint, events, body).catch((error: unknown) =>
      warn(`${endpoint} does not answer as a collector does.`, error),
    );
  }
}

type Envelope = { [K in keyof Omit<WireBatch, 'events'>]: WireBatch[K] | undefined };

/** Whether the browser has taken it. Its answer can never be read. */
function beacon(endpoint: string, body: string): boolean {
  try {
    return navigator.sendBeacon(endpoint, body);
  } catch {
    return false;
  }
}

async function request(endpoint: string, events: string[], body: string): Promise<void> {
  let answer: Response | undefined;
  try {
    // A text as the body goes as text/plain, which needs no preflight.
    answer = await fetch(endpoint, { method: 'POST', body, keepalive: true, credentials: 'omit' });
  } catch (error) {
    warn(`${endpoint} cannot be reached, or is blocked. The events are kept.`, error);
  }
  const status = answer?.status;
  if (status && status < 500 && status !== 408 && status !== 429) {
    failures = 0;
    if (isWatched()) explain(events, await answer!.json());
    return;
  }
  kept = events.concat(kept);
  if (failures++ < retriesMax) {
    const askedMs = Number(answer?.headers.get('retry-after')) * 1000 || 0;
    const pauseMs = retryMsMin * 2 ** (failures - 1) * (1 + Math.random());
    schedule(Math.min(Math.max(pauseMs, askedMs), retryMsMax));
  }
}
