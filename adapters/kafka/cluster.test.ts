import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { describeQuorumV2 } from '@platformatic/kafka';
import { afterEach, describe, expect, test } from 'vitest';
import { daily } from '../../core/daily.contract.ts';
import { messageOf, Unavailable } from '../../core/errors.ts';
import type { Position, Queue } from '../../core/ports.ts';
import { NO_POSITION } from '../../core/ports.ts';
import { aborted, append, bodies, end, follow, look } from '../../core/queue-scene.contract.ts';
import { kafkaClusterOfFile } from './broker.contract.ts';
import type { KafkaBroker } from './broker.contract.ts';
import { kafkaQueue } from './queue.ts';

/** Three brokers, of which one is killed or hangs. */

const kafka = kafkaClusterOfFile();
const COMMAND_MS = 20_000;
afterEach(async () => {
  await Promise.all(kafka().map((broker) => broker.start()));
  for (const broker of kafka()) process.kill(broker.pid(), 'SIGCONT');
  // The controller takes each back before it is given partitions again; one that hung still believes what was before.
  for (const broker of kafka()) {
    const known = () => broker.ask((admin) => admin.metadata({ topics: [], forceUpdate: true }));
    while ((await known()).brokers.size < 3) await pause(100);
  }
});

const newUrl = (topic = randomUUID(), brokers = kafka()) =>
  `kafka://${brokers.map(({ address }) => address).join()}/${topic}`;
const node = (id: number): KafkaBroker => {
  const broker = kafka()[id - 1];
  if (!broker) throw new Error(`no broker ${id}`);
  return broker;
};

async function topicOf(url: string, by = 1) {
  const name = url.slice(url.lastIndexOf('/') + 1);
  const { topics } = await node(by).ask((admin) => admin.metadata({ topics: [name], forceUpdate: true }));
  return topics.get(name)?.partitions ?? [];
}

/**
 * Has brokers give a sender its number, as those that run for a while have done. The first of a broker comes from the controller;
 * where that hangs, the broker has none to give for half a minute (`controller.socket.timeout.ms`).
 */
async function haveNumbers(brokers: KafkaBroker[]): Promise<void> {
  for (const broker of brokers) {
    const queue = await kafkaQueue({ url: newUrl(randomUUID(), [broker]), partitions: 1 });
    await append(queue, 0, ['a']);
    await queue.close();
  }
}

/** The broker that is the controller, and the others. */
async function byControl() {
  const id = await node(1).ask(async (admin) => {
    const [connection] = (await admin.connectToBrokers()).values();
    if (!connection) throw new Error('no broker');
    const metadata = [{ topicName: '__cluster_metadata', partitions: [{ partitionIndex: 0 }] }];
    const { topics } = await describeQuorumV2.api.async(connection, metadata);
    return topics[0]?.partitions[0]?.leaderId ?? 0;
  });
  return { controller: node(id), others: kafka().filter((broker) => broker !== node(id)) };
}

/** Appends and reads all the time in all partitions, until it is asked what was acknowledged, found, and how long one had to wait. */
function load(queue: Queue) {
  const done = new AbortController();
  const counts = new Map<number, number>();
  const partitions = Array.from({ length: queue.partitions }, (_, partition) => partition);
  const writers = partitions.map(async (partition) => {
    const acknowledged = [];
    for (let n = 0; !done.signal.aborted; n++) {
      try {
        await append(queue, partition, [`${partition} ${n}`]);
        acknowledged.push(`${partition} ${n}`);
        counts.set(partition, acknowledged.length);
      } catch (error) {
        if (!(error instanceof Unavailable)) throw error;
        await pause(20);
      }
    }
    return acknowledged;
  });
  const readers = partitions.map(async (partition) => {
    const found: string[] = [];
    const losses = [];
    for (let position: Position = NO_POSITION; ; ) {
      try {
        const slice = await look(queue, partition, position, { waitMs: 500 });
        if (slice.loss) losses.push(slice.loss);
        if (slice.entries.length === 0 && done.signal.aborted) return { found, losses };
        found.push(...bodies(slice));
        position = end(slice);
      } catch (error) {
        if (!(error instanceof Unavailable)) throw error;
        await pause(20);
      }
    }
  });
  return {
    counts: () => partitions.map((partition) => counts.get(partition) ?? 0),
    async end() {
      done.abort();
      return { acknowledged: await Promise.all(writers), read: await Promise.all(readers) };
    },
  };
}

describe('in the topic that is made there are three copies, of which two are waited for', () => {
  test.each<NodeJS.Signals>(daily(['SIGKILL'], ['SIGKILL', 'SIGSTOP']))(
    'and a leader that gets %s is no end for any partition',
    async (signal) => {
      const url = newUrl();
      const queue = await kafkaQueue({ url, partitions: 6, limits: { queueCommandMsMax: COMMAND_MS } });
      const before = await topicOf(url);
      expect(before.map(({ replicas }) => replicas.length)).toEqual([3, 3, 3, 3, 3, 3]);
      const { counts, end: ended } = load(queue);
      // By more than was on its way.
      const grown = (since: number[]) => counts().every((count, partition) => count > (since[partition] ?? 0) + 2);
      await expect.poll(() => grown([0, 0, 0, 0, 0, 0])).toBe(true);
      const victim = before[0]?.leader ?? 1;
      process.kill(node(victim).pid(), signal);
      const since = counts();
      const others = before.flatMap(({ leader }, partition) => (leader === victim ? [] : [partition]));
      expect(others.length).toBeGreaterThan(1);
      // Those that others lead do not wait for it: they would do that for half of COMMAND_MS where it hangs.
      await expect
        .poll(() => others.every((one) => (counts()[one] ?? 0) > (since[one] ?? 0) + 2), { timeout: COMMAND_MS * 0.4 })
        .toBe(true);
      await expect.poll(() => grown(since), { timeout: 60_000 }).toBe(true);
      const led = await topicOf(url, (victim % 3) + 1);
      expect(led.every(({ leader }) => leader !== victim)).toBe(true);
      if (signal === 'SIGSTOP') process.kill(node(victim).pid(), 'SIGCONT');
      else await node(victim).kill().then(node(victim).start);
      const back = counts();
      await expect.poll(() => grown(back), { timeout: 30_000 }).toBe(true);
      const { acknowledged, read } = await ended();
      for (const [partition, { found, losses }] of read.entries()) {
        const known = new Set(acknowledged[partition]);
        expect([...new Set(found)].filter((body) => known.has(body))).toEqual(acknowledged[partition]);
        expect(losses).toEqual([]);
        const all = await follow(queue, partition, NO_POSITION, 1000);
        expect(all.map(({ body }) => body)).toEqual(found);
      }
      await queue.close();
    },
  );
});

test('while one of them hangs a queue is opened, written to, read, asked and claimed, whichever it asks first', async () => {
  const url = newUrl();
  await kafkaQueue({ url, partitions: 3 }).then((queue) => queue.close());
  await haveNumbers(kafka());
  process.kill(node(3).pid(), 'SIGSTOP');
  // Until the others have noticed it has its partitions.
  await expect.poll(async () => (await topicOf(url)).every(({ leader }) => leader !== 3)).toBe(true);
  for (let n = 0; n < 9; n++) {
    const queue = await kafkaQueue({ url });
    for (const partition of [0, 1, 2]) await append(queue, partition, [`${n}`]);
    expect(bodies(await look(queue, n % 3, NO_POSITION)).at(-1)).toBe(`${n}`);
    expect((await queue.depth()).entries).toBe(3 * (n + 1));
    const stop = new AbortController();
    const held = new Set<number>();
    const claimed = queue.claim(async (partition, signal) => {
      held.add(partition);
      await aborted(signal);
    }, stop.signal);
    await expect.poll(() => held.size).toBe(3);
    stop.abort();
    await claimed;
    await queue.close();
  }
});

test('a broker that has no number to give to a sender is left for the next', async () => {
  const { controller, others } = await byControl();
  const [fresh, ready] = others as [KafkaBroker, KafkaBroker];
  await fresh.kill();
  await fresh.start();
  await haveNumbers([ready]);
  const topic = randomUUID();
  // By this the fresh one knows the controller, and asks it until it hears of another.
  const alone = await kafkaQueue({
    url: newUrl(topic, [fresh]),
    partitions: 1,
    limits: { queueCommandMsMax: 2000 },
  });
  // Which of both each asks first is left to chance.
  const queues: Queue[] = [];
  for (let n = 0; n < 6; n++) queues.push(await kafkaQueue({ url: newUrl(topic, [fresh, ready]) }));
  process.kill(controller.pid(), 'SIGSTOP');
  const leader = async () => (await topicOf(newUrl(topic), kafka().indexOf(ready) + 1))[0]?.leader;
  await expect.poll(leader).not.toBe(kafka().indexOf(controller) + 1);
  await expect(append(alone, 0, ['a'])).rejects.toThrow('COORDINATOR_LOAD_IN_PROGRESS');
  for (const queue of queues) await append(queue, 0, ['b']);
  await Promise.all([alone, ...queues].map((queue) => queue.close()));
});

test('a partition that lacks copies is refused alone, at once', async () => {
  const topic = randomUUID();
  await node(1).ask((admin) =>
    admin.createTopics({
      topics: [topic],
      assignments: [
        { partition: 0, brokers: [1, 2] },
        { partition: 1, brokers: [1, 3] },
      ],
      configs: [{ name: 'min.insync.replicas', value: '2' }],
    }),
  );
  const url = newUrl(topic);
  const queue = await kafkaQueue({ url, limits: { queueCommandMsMax: COMMAND_MS } });
  await append(queue, 0, ['a']);
  await append(queue, 1, ['a']);
  await node(3).kill();
  await expect.poll(async () => (await topicOf(url))[1]?.isr).toEqual([1]);
  const took = performance.now();
  const results = await Promise.allSettled([append(queue, 0, ['b']), append(queue, 1, ['b'])]);
  expect(performance.now() - took).toBeLessThan(COMMAND_MS / 10);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  expect(results[1]).toMatchObject({ reason: expect.any(Unavailable) });
  expect(messageOf((results[1] as PromiseRejectedResult).reason)).toMatch(/refuses: NOT_ENOUGH_REPLICAS/);
  // Nothing of it is there: it was not acknowledged.
  expect(bodies(await look(queue, 0, NO_POSITION))).toEqual(['a', 'b']);
  expect(bodies(await look(queue, 1, NO_POSITION))).toEqual(['a']);
  await node(3).start();
  await expect.poll(() => append(queue, 1, ['c']).catch(messageOf)).toBeUndefined();
  await queue.close();
});

test('an election of a broker that lacks the last entries is a restart', async () => {
  const topic = randomUUID();
  const configs = [{ name: 'unclean.leader.election.enable', value: 'true' }];
  const assignments = [{ partition: 0, brokers: [1, 2] }];
  await node(1).ask((admin) => admin.createTopics({ topics: [topic], assignments, configs }));
  const url = newUrl(topic);
  const told: string[] = [];
  const queue = await kafkaQueue({ url, warn: (message) => told.push(message) });
  expect(told).toEqual(expect.arrayContaining([expect.stringContaining('unclean.leader.election.enable=false')]));
  await append(queue, 0, ['a', 'b']);
  const common = end(await look(queue, 0, NO_POSITION));
  await node(2).kill();
  await expect.poll(async () => (await topicOf(url))[0]?.isr).toEqual([1]);
  await append(queue, 0, ['c', 'd']);
  const at = end(await look(queue, 0, NO_POSITION));
  await node(1).kill();
  await node(2).start();
  await expect.poll(() => append(queue, 0, ['e', 'f', 'g']).catch(messageOf), { timeout: 60_000 }).toBeUndefined();
  const slice = await look(queue, 0, at);
  expect(bodies(slice)).toEqual(['a', 'b', 'e', 'f', 'g']);
  expect(slice.loss).toMatchObject({ kind: 'restart', detail: expect.stringContaining(at.offset) });
  // What both have is where it was: for who had not read more nothing is lost.
  const after = await look(queue, 0, common);
  expect(bodies(after)).toEqual(['e', 'f', 'g']);
  expect(after.loss).toBeUndefined();
  await queue.close();
});
