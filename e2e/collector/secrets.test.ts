import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Track } from '../../collector/publish.ts';
import { lastRefusalsKind } from '../../core/last-refusals.ts';
import { newId } from '../../core/id.ts';
import { NOON, openScene } from './scene.ts';

/**
 * Whatever a secret is, wherever it stands, through whichever door it comes and whether the event is stored or refused: it is in no
 * answer, in no entry of the log or of a topic, in no document and in no line of the collector's own log.
 */

const RUNS = 600;
const DAY_MS = 86_400_000;

/** An e-mail address in a spelling that pages have put into addresses. */
const email = fc
  .record({
    name: fc.stringMatching(/^[a-z]{3,9}[._+-]?[A-Za-z]{3,9}$/),
    host: fc.stringMatching(/^[a-z]{4,12}\.(example|co\.example)$/),
    spell: fc.constantFrom<(text: string) => string>(
      (text) => text,
      (text) => text.toUpperCase(),
      (text) => text.replace('@', '%40'),
      (text) => `mailto:${text}`,
    ),
  })
  .map(({ name, host, spell }) => ({ text: spell(`${name}@${host}`), traces: [name, host] }));
const card = fc
  .constantFrom('4111 1111 1111 1111', '5500-0000-0000-0004', '340000000000009')
  .map((text) => ({ text, traces: [text] }));
const key = fc.stringMatching(/^[A-Za-z0-9]{24}$/).map((rest) => ({ text: `sk_live_${rest}`, traces: [rest] }));
const hidden = fc.oneof({ weight: 3, arbitrary: email }, card, key);
/** Of no form by which it could be known: it is not to be kept because of where it stands. */
const plain = fc.stringMatching(/^q[a-z]{14}$/).map((text) => ({ text, traces: [text] }));

const PLACES = ['name', 'path', 'title', 'props', 'prop names', 'referrer', 'campaign', 'host', 'user'] as const;

const sent = fc.record({
  door: fc.constantFrom('/e', '/event', '/track'),
  secret: hidden,
  places: fc.subarray([...PLACES], { minLength: 1 }),
  query: plain,
  fragment: plain,
  address: fc
    .tuple(fc.integer({ min: 1, max: 223 }), fc.nat(255), fc.nat(255), fc.integer({ min: 1, max: 254 }))
    .map((parts) => parts.join('.')),
  agent: fc.stringMatching(/^Zw[a-z]{10}$/),
  fate: fc.constantFrom('stored', 'too old', 'in the future', 'excluded', 'bot', 'host', 'private', 'site'),
});
type Sent = typeof sent extends fc.Arbitrary<infer T> ? T : never;

/** What is posted, with the secret in its places. */
function bodyOf({ door, secret: { text }, places, query, fragment, fate }: Sent): object {
  const at = (place: (typeof PLACES)[number], otherwise: string): string =>
    places.includes(place) ? `${otherwise} ${text}`.trim() : otherwise;
  const time = fate === 'too old' ? NOON - 9 * DAY_MS : fate === 'in the future' ? NOON + 9 * DAY_MS : NOON;
  const host = fate === 'host' ? 'other.example' : 'shop.example';
  const path = `${fate === 'excluded' ? '/admin/' : '/a/'}${places.includes('path') ? text : ''}`;
  const search = `?q=${query.text}${places.includes('campaign') ? `&utm_content=${text}` : ''}`;
  const page = `${path}${search}#${fragment.text}`;
  const referrer = `https://b.example/${places.includes('referrer') ? text : ''}?s=${query.text}#${fragment.text}`;
  const props = { note: at('props', 'to'), [at('prop names', 'a')]: 1 };
  const site = fate === 'site' ? 'nobody' : 'shop';
  const user = places.includes('user') && text.match(/@|%40/) ? text : 'someone';
  const name = at('name', 'hello');
  if (door === '/e') {
    const event = { id: newId(), name, time, url: `https://${host}${page}`, referrer, title: at('title', 'A'), props };
    return { site, user_id: user, ...(fate === 'private' ? { gpc: true } : {}), events: [event] };
  }
  const timestamp = new Date(time).toISOString();
  if (door === '/track') {
    return { site_id: site, event: name, user_id: user, timestamp, props: { url: page, referrer, ...props } };
  }
  const hostname = places.includes('host') ? text : host;
  return {
    site_id: site,
    event_type: name,
    path: page,
    hostname,
    referrer,
    title: at('title', 'A'),
    props,
    user_id: user,
    timestamp,
  };
}

test('no secret is kept or told, wherever it stands and whatever becomes of its event', async () => {
  const tracks: Track[] = [];
  const options = { openServers: true, limits: { refusalLogFlushMs: 10, refusalFlushMs: 10, refusalsKeptMax: 10_000 } };
  const scene = await openScene(options);
  const withTopics = await openScene({ ...options, publishTracks: async (some) => void tracks.push(...some) });
  for (const one of [scene, withTopics])
    await one.addSite('shop', { hostnames: ['shop.example'], excluded_paths: ['/admin/**'] });
  const traces = new Set<string>();
  const statuses = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(sent, async (one) => {
      const { door, secret, query, fragment, address, agent, fate } = one;
      const { peer, post } = door === '/track' ? withTopics : scene;
      peer.address = address;
      const headers = {
        'user-agent': fate === 'bot' ? `${agent}bot/1.0` : `Mozilla/5.0 (X11; Linux x86_64) ${agent}/1.0`,
      };
      const { status, text, headers: told } = await post(door, bodyOf(one), headers);
      statuses.set(`${door} ${status}`, (statuses.get(`${door} ${status}`) ?? 0) + 1);
      const answer = `${text} ${JSON.stringify([...told])}`.toLowerCase();
      const own = [...secret.traces, ...query.traces, ...fragment.traces, address, agent].map((trace) =>
        trace.toLowerCase(),
      );
      for (const trace of own) {
        traces.add(trace);
        expect(answer).not.toContain(trace);
      }
    }),
    { numRuns: RUNS },
  );
  // Stored and refused through each door, or it would show little.
  for (const kind of ['/e 202', '/e 400', '/e 403', '/event 202', '/event 400', '/track 200', '/track 400'])
    expect(`${kind}: ${Math.min(10, statuses.get(kind) ?? 0)}`).toBe(`${kind}: 10`);

  const kept = async (): Promise<string> => {
    const parts: unknown[] = [tracks.map(({ body }) => body)];
    for (const { store, entries, log } of [scene, withTopics])
      parts.push(
        await entries(),
        log,
        await store.documents.list(lastRefusalsKind('shop')),
        await store.documents.list('refused'),
      );
    return JSON.stringify(parts).toLowerCase();
  };
  await expect
    .poll(async () => (await kept()).match(/"reason":"excluded_path","field"/g)?.length ?? 0)
    .toBeGreaterThan(10);
  const all = await kept();
  expect([...traces].filter((trace) => all.includes(trace))).toEqual([]);
  // What may be kept is found: the search works.
  for (const visible of ['someone', '/a/', 'hello', 'b.example']) expect(all).toContain(visible);
});
