import { execFileSync } from 'node:child_process';
import { MongoClient } from 'mongodb';
import { beforeAll, expect, inject, test } from 'vitest';
import { until } from '../support/until.ts';
import { scale } from './scene.ts';

/** The second seed, with Kafka, MongoDB and three workers: its call, its query, and topics that any other program reads and writes. */

const { kafka, topic, env, launch } = scale();

let kcat = '';
beforeAll(() => {
  const { program, missing } = inject('kcat');
  if (program === undefined) throw new Error(missing);
  kcat = program;
});

/** All lines of a topic: key, a tab, value. */
function consumed(from: string): string[] {
  const args = ['-b', kafka().address, '-C', '-t', from, '-o', 'beginning', '-e', '-q', '-f', '%k\t%s\n'];
  return execFileSync(kcat, args, { encoding: 'utf8' }).split('\n').filter(Boolean);
}

function produce(to: string, message: unknown): void {
  execFileSync(kcat, ['-b', kafka().address, '-P', '-t', to], { input: `${JSON.stringify(message)}\n` });
}

test("the seed's call, its query in MongoDB, and kcat on both ends", async () => {
  const processes = ['collector', 'worker', 'worker', 'worker'].map((role) => launch(role));
  const [{ collector } = { collector: '' }] = await Promise.all(processes.map((one) => one.ready()));
  // Its README, section "Test the API", letter by letter but for the port.
  const curl = `curl -s -X POST ${collector}/track \\
  -H "Content-Type: application/json" \\
  -d '{"event":"page_view","user_id":"U1","props":{"url":"/"}}'`;
  const before = Date.now();
  expect(execFileSync('sh', ['-c', curl], { encoding: 'utf8' })).toBe('{"status":"ok"}');

  const [line = ''] = consumed('events_page_view');
  const [, value = ''] = line.split('\t');
  expect(JSON.parse(value)).toMatchObject({ event: 'page_view', user_id: 'U1', props: { url: '/' } });

  const fromElsewhere = {
    event: 'signup',
    user_id: '123',
    props: { url: '/home', ref: 'google' },
    timestamp: '2025-11-26T12:00:00Z',
  };
  produce('events_signup', fromElsewhere);

  const client = new MongoClient(env().STORE_URL ?? '');
  try {
    const rows = client.db().collection('analytics_events');
    await until('both to be stored', async () => (await rows.countDocuments()) === 2, 60_000);
    const found = await rows.find().sort({ timestamp: 1 }).toArray();
    expect(found).toMatchObject([
      {
        event_type: 'signup',
        user_id: '123',
        props: { url: '/home', referrer: 'google' },
        timestamp: new Date(fromElsewhere.timestamp),
      },
      { event_type: 'page_view', user_id: 'U1', props: { url: '/' } },
    ]);
    expect(Number(found[1]?.timestamp)).toBeGreaterThanOrEqual(before - 1000);
    for (const [asked, index] of [
      [{ event_type: 'signup' }, 'event_type_1'],
      [{ user_id: 'U1' }, 'user_id_1'],
      [{ timestamp: { $gte: new Date(before - 1000) } }, 'timestamp_-1'],
    ] as const) {
      expect(await rows.countDocuments(asked)).toBe(1);
      expect(JSON.stringify(await rows.find(asked).explain())).toContain(`"indexName":"${index}"`);
    }
  } finally {
    await client.close();
  }

  const log = consumed(topic()).map((one) => one.split('\t'));
  expect(log.map(([key]) => key)).toEqual(['default', 'default']);
  expect(log.map(([, entry = '']) => JSON.parse(entry) as unknown)).toEqual([
    expect.objectContaining({ v: 1, site: 'default', door: 'track', events: [expect.any(Object)] }),
    expect.objectContaining({ v: 1, site: 'default', door: 'track', events: [expect.any(Object)] }),
  ]);
});
