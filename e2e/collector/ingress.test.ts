import { expect, test } from 'vitest';
import { ingress } from '../../collector/ingress.ts';
import type { TrackMessage } from '../../collector/ingress.ts';
import type { Track } from '../../collector/publish.ts';
import { Unavailable } from '../../core/errors.ts';
import { newId } from '../../core/id.ts';
import { NOON, openScene } from './scene.ts';
import type { Scene } from './scene.ts';

/** The way of the second seed's events through topics: out at the door, in again by the ingress. */

const json = { 'content-type': 'application/json' };
const HOUR = 3_600_000;

function message(body: unknown, more: Partial<TrackMessage> = {}): TrackMessage {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { id: newId(), time: NOON - HOUR, body: text, place: 'events_x 0 1', ...more };
}

function ingressOf({ queue, store, log }: Scene) {
  const tell = (text: string, error: unknown) => log.push(`${text} ${String(error)}`);
  return ingress({ queue, store, trackSite: 'shop', now: () => NOON, log: tell });
}

test('what the door publishes comes into the queue as if it had gone there, once more with the same id', async () => {
  const tracks: Track[] = [];
  const publishing = { autoSites: true, openServers: true, trackSite: 'shop' };
  const scene = await openScene({ ...publishing, publishTracks: async (all) => void tracks.push(...all) });
  const plain = await openScene(publishing);
  const events = [
    { event: 'page_view', user_id: 'U1', props: { url: '/', ref: 'google' }, timestamp: '2025-11-26T12:00:00Z' },
    { event: 'signup', props: { url: '/join', plan: 'pro' }, event_id: newId() },
    { event: 'odd', site_id: 'other' },
  ];
  for (const event of events) {
    const replies = [await scene.post('/track', event, json), await plain.post('/track', event, json)];
    expect(replies.map(({ status, text }) => `${status} ${text}`)).toEqual(Array(2).fill('200 {"status":"ok"}'));
  }
  expect(await scene.events()).toEqual([]);
  expect(tracks.map(({ type, site }) => `${type} ${site}`)).toEqual(['page_view shop', 'signup shop', 'odd other']);
  const said = tracks.map(({ body }) => JSON.parse(body) as { timestamp: string });
  const own = { event_id: expect.any(String) as string, site_id: 'shop' };
  expect(said.slice(0, 2)).toEqual([
    { ...events[0], ...own, timestamp: '2025-11-26T12:00:00.000Z' },
    { ...events[1], site_id: 'shop', timestamp: new Date(NOON).toISOString() },
  ]);

  const incoming = ingressOf(scene);
  const messages = tracks.map(({ body }) => message(body, { time: NOON }));
  await incoming.take(messages);
  await incoming.take(messages.slice(0, 1));
  await incoming.close();
  const withoutId = (event: object) => ({ ...event, id: undefined });
  const [came, went] = [await scene.events(), await plain.events()];
  expect(came.slice(0, 3).map(withoutId)).toEqual(expect.arrayContaining(went.map(withoutId)));
  expect(came).toHaveLength(4);
  expect(new Set(came.map(({ id }) => id)).size).toBe(3);
  expect((await scene.entries()).map(({ door }) => door)).toEqual(Array(3).fill('track'));
});

test('what goes into the topics has no address of any kind, nor what nobody knows', async () => {
  const tracks: Track[] = [];
  const scene = await openScene({ autoSites: true, publishTracks: async (all) => void tracks.push(...all) });
  const secrets = { ip: '203.0.113.77', user_agent: 'Mozilla/5.0 secret', token: 'abc123' };
  const event = { event: 'signup', user_id: 'Ada@Example.com', props: { url: '/' }, ...secrets };
  expect((await scene.post('/track', [event, event], json)).status).toBe(200);
  expect(tracks).toHaveLength(2);
  for (const { body } of tracks) {
    expect(Object.keys(JSON.parse(body) as object).sort()).toEqual(
      ['event', 'event_id', 'props', 'site_id', 'timestamp', 'user_id'].sort(),
    );
    expect(body).toMatch(/"user_id":"email:[\w-]{22}"/);
    expect(body).not.toMatch(/203\.0\.113|Mozilla|abc123|example\.com/i);
  }
});

test('what goes into the topics is masked, and has no query but what says whence a visitor comes and what is a part of the page', async () => {
  const tracks: Track[] = [];
  const scene = await openScene({ trackSite: 'shop', publishTracks: async (all) => void tracks.push(...all) });
  await scene.addSite('shop', { query_params: ['id'] });
  const props = {
    url: 'https://u:s3cret@shop.example/u/ada@example.com?utm_source=news&gclid=Cj0KCQ&id=7&token=s3cret#part',
    referrer: 'https://other.example/a?q=s3cret',
    card: '4111 1111 1111 1111',
    note: 'to ada@example.com',
    'ada@example.com': 1,
  };
  expect((await scene.post('/track', { event: 'hello ada@example.com', props }, json)).status).toBe(200);
  expect(JSON.parse(tracks[0]?.body ?? '')).toMatchObject({
    event: 'hello [email]',
    props: {
      url: 'https://shop.example/u/[email]?utm_source=news&gclid=1&id=7',
      referrer: 'https://other.example/a',
      card: '[card]',
      note: 'to [email]',
      '[email]': 1,
    },
  });
  expect(tracks[0]?.body).not.toMatch(/ada|s3cret|4111|Cj0/);
  const incoming = ingressOf(scene);
  await incoming.take([message(tracks[0]?.body ?? '', { time: NOON })]);
  await incoming.close();
  expect((await scene.events())[0]).toMatchObject({
    name: 'hello [email]',
    path: '/u/[email]?id=7',
    acquisition: { utm_source: 'news', channel: 'Paid Other', referrer: 'other.example/a' },
  });
});

test('nothing is answered with success that could not be published', async () => {
  let error: Error | undefined = new Unavailable('the broker is away');
  const publishTracks = () => (error ? Promise.reject(error) : Promise.resolve());
  const scene = await openScene({ autoSites: true, publishTracks, limits: { refusalFlushMs: 10 } });
  const reply = await scene.post('/track', { event: 'a' }, json);
  expect(reply.status).toBe(503);
  expect(reply.headers.get('retry-after')).toBe('5');
  error = undefined;
  expect((await scene.post('/track', [{ event: 'a' }, { event: '' }], json)).status).toBe(200);
  await scene.app.close();
  const day = Math.floor(NOON / 86_400_000);
  expect(await scene.refused()).toEqual({ [`default ${day} unavailable`]: 1, [`default ${day} invalid`]: 1 });
});

test('other programs: a time and an id of the message where it has none; what is no event is counted and told', async () => {
  const scene = await openScene();
  await scene.addSite('shop', { zone: 'Asia/Kathmandu' });
  const incoming = ingressOf(scene);
  const good = message({ event: 'page_view', user_id: 7 });
  const old = message({ event: 'page_view', timestamp: '2001-02-03T04:05:06Z' });
  const bad = [
    '{',
    '[]',
    'null',
    '{"event":5}',
    '{"event":"a","site_id":"nowhere"}',
    `{"event":"a","timestamp":"2999-01-01T00:00:00Z"}`,
  ];
  await incoming.take([...bad.map((body) => message(body)), good, old]);
  await incoming.take(['', '\u0000', '{"event":"engagement"}'].map((body) => message(body)));
  await incoming.close();
  expect(await scene.events()).toMatchObject([
    { id: good.id, name: 'pageview', time: NOON - HOUR, visitor: 'u7', utc_offset: 345 },
    { id: old.id, name: 'pageview', time: Date.UTC(2001, 1, 3, 4, 5, 6) },
  ]);
  const day = Math.floor(NOON / 86_400_000);
  expect(await scene.refused()).toEqual({
    [` ${day} malformed_json`]: 3,
    [` ${day} invalid`]: 4,
    [` ${day} unknown_site`]: 1,
    [`shop ${day} in_future`]: 1,
  });
  expect(scene.log.join('\n')).toContain('events_x 0 1');
});

test('a queue that is away: to be brought again', async () => {
  const scene = await openScene({ autoSites: true });
  const away = { append: () => Promise.reject(new Unavailable('away')), depth: scene.queue.depth, partitions: 4 };
  const incoming = ingress({ queue: away, store: scene.store, autoSites: true, now: () => NOON });
  await expect(incoming.take([message({ event: 'a' })])).rejects.toThrow(Unavailable);
  await incoming.close();
});
