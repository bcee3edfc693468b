import { useEffect, useState } from 'preact/hooks';
import type { Client, RefusedCount } from './client.ts';
import { useApp } from './context.ts';
import { checkQuestion } from './questions.ts';
import { wordsOfReason } from './reasons.ts';

/** One step of the first event's way. */
export interface Check {
  name: string;
  status: 'done' | 'waiting' | 'failed';
  /** What it waits for, or why it failed. */
  detail: string;
}

export interface Checked {
  checks: Check[];
  pageviews: number;
}

const LOOK_MS = 1000;
const DAY_MS = 24 * 60 * 60 * 1000;

/** What is known of a site's last day. */
interface Seen {
  known: boolean;
  events: number;
  pageviews: number;
  refused: RefusedCount[];
}

const NOTHING: Seen = { known: false, events: 0, pageviews: 0, refused: [] };

/** Looks every second how far the first event has come. */
export function useChecks(site: string): Checked {
  const { client } = useApp();
  const [seen, setSeen] = useState(NOTHING);
  useEffect(() => {
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    async function look(): Promise<void> {
      if (document.visibilityState === 'visible') {
        const found = await seenOf(client, site, stop.signal).catch(() => undefined);
        if (stop.signal.aborted) return;
        if (found) setSeen(found);
      }
      timer = setTimeout(() => void look(), LOOK_MS);
    }
    if (site !== '') void look();
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, [client, site]);
  return { checks: checksOf(site, seen), pageviews: seen.pageviews };
}

async function seenOf(client: Client, site: string, signal: AbortSignal): Promise<Seen> {
  const sites = await client.sites(signal);
  if (!sites.some(({ id }) => id === site)) return NOTHING;
  const date = (days: number): string => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);
  const [answer, turnedAway] = await Promise.all([
    client.query(checkQuestion(site), signal).catch(() => undefined),
    // The site's day may be another than that of UTC.
    client.refused(site, date(-1), date(1), signal).catch(() => undefined),
  ]);
  const [events, pageviews] = answer?.results[0]?.metrics ?? [];
  return { known: true, events: events ?? 0, pageviews: pageviews ?? 0, refused: turnedAway?.refused ?? [] };
}

/** The three steps, from what was seen. */
export function checksOf(site: string, { known, events, pageviews, refused }: Seen): Check[] {
  const count = refused.reduce((sum, one) => sum + one.count, 0);
  const why = refused.map((one) => `${one.count} × ${wordsOfReason(one.reason).join(': ')}`).join('. ');
  const received = events > 0 || count > 0;
  const counted = pageviews > 0;
  return [
    {
      name: 'Script loaded',
      status: known || received ? 'done' : 'waiting',
      detail: known || received ? '' : `Waiting for a page that says data-site="${site}".`,
    },
    {
      name: 'Event received',
      status: received ? 'done' : 'waiting',
      detail: received || !known ? '' : 'The site is known; its first event has not come yet.',
    },
    {
      name: 'Counted',
      status: counted ? 'done' : count > 0 ? 'failed' : 'waiting',
      detail: counted ? '' : why,
    },
  ];
}
