import { randomUUID } from 'node:crypto';
import { cpSync, rmSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { opened } from '../../core/contract.ts';
import { messageOf } from '../../core/errors.ts';
import type { Position, Queue } from '../../core/ports.ts';
import { NO_POSITION } from '../../core/ports.ts';
import { append, bodies, end, look } from '../../core/queue-scene.contract.ts';
import { kafkaOfFile } from './broker.contract.ts';
import { kafkaQueue } from './queue.ts';

/** What of a log can get lost, and how its reader hears of it. Kafka loses nothing by itself: it is made to. */

const kafka = kafkaOfFile();

const newPlace = () => {
  const topic = randomUUID();
  // What is trimmed is deleted at once, so that a trim which should not be would be seen.
  const limits = { kafkaRetentionHours: 0 };
  return { topic, open: () => kafkaQueue({ url: `${kafka().url}/${topic}`, partitions: 2, limits }) };
};

const position = async (queue: Queue): Promise<Position> => end(await look(queue, 0, NO_POSITION));

/** What is done in `work` is as if it had never been. */
async function undone(work: () => Promise<void>): Promise<void> {
  const { folder } = kafka();
  const copy = `${folder}.copy`;
  // In order, so that it has written down where each log starts.
  await kafka().kill('SIGTERM');
  cpSync(`${folder}/data`, copy, { recursive: true });
  await kafka().start();
  await work();
  await kafka().kill();
  rmSync(`${folder}/data`, { recursive: true });
  cpSync(copy, `${folder}/data`, { recursive: true });
  rmSync(copy, { recursive: true });
  await kafka().start();
}

const remade = (topic: string, partitions = 2) =>
  kafka().ask(async (admin) => {
    await admin.deleteTopics({ topics: [topic] });
    // Until the broker has done it there is one of that name.
    await expect
      .poll(() => admin.createTopics({ topics: [topic], partitions, replicas: 1 }).catch(messageOf))
      .toBeInstanceOf(Array);
  });

/** The broker tells of a topic a moment after it has made it. */
const shown = (queue: Queue) => expect.poll(() => queue.depth().catch(messageOf)).toBeInstanceOf(Object);

test('nothing is lost by a restart, whether it was killed or not, nor by a log that was trimmed empty', async () => {
  const place = newPlace();
  const at = await opened(place, async (queue) => {
    await append(queue, 0, ['a', 'b']);
    const reached = await position(queue);
    await queue.trim(0, reached);
    return reached;
  });
  for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
    await kafka().kill(signal);
    await kafka().start();
    await opened(place, async (queue) => {
      expect(await look(queue, 0, at)).toEqual({ incarnation: at.incarnation, to: at.offset, entries: [] });
    });
  }
  await opened(place, async (queue) => {
    await append(queue, 0, ['c']);
    const slice = await look(queue, 0, at);
    expect(bodies(slice)).toEqual(['c']);
    expect(slice.loss).toBeUndefined();
    expect(slice.to).toMatch(/^2-[\da-f]{8}$/);
  });
});

/** Deletes what lies before a number in partition 0. */
const emptied = (topic: string, offset: bigint) =>
  kafka().ask((admin) => admin.deleteRecords({ topics: [{ name: topic, partitions: [{ partition: 0, offset }] }] }));

describe('a lost tail is a restart', () => {
  test('whether the log is now shorter than the position, or has grown again up to it or past it', async () => {
    // By how much it grows again.
    const places = [0, 1, 2, 3].map((grown) => ({ ...newPlace(), grown, at: NO_POSITION }));
    for (const place of places) await opened(place, (queue) => append(queue, 0, ['a', 'b']));
    await undone(async () => {
      for (const place of places) {
        place.at = await opened(place, async (queue) => {
          await append(queue, 0, ['c', 'd']);
          return position(queue);
        });
      }
    });
    for (const { grown, at, open } of places) {
      await opened({ open }, async (queue) => {
        for (let n = 0; n < grown; n++) await append(queue, 0, [`new ${n}`]);
        // The old position does not make way for what nobody has read.
        await queue.trim(0, at);
        const slice = await look(queue, 0, at, { waitMs: 60_000 });
        expect(bodies(slice)).toEqual(['a', 'b', ...['new 0', 'new 1', 'new 2'].slice(0, grown)]);
        expect(slice.incarnation).toBe(at.incarnation);
        expect(slice.loss).toMatchObject({ kind: 'restart', detail: expect.stringContaining(at.offset) });
        const again = await look(queue, 0, end(slice));
        expect(again).toEqual({ incarnation: at.incarnation, to: slice.to, entries: [] });
      });
    }
  });

  test('also for a queue that was open all the time', async () => {
    const place = newPlace();
    const queue = await place.open();
    await append(queue, 0, ['a', 'b']);
    let at = NO_POSITION;
    await undone(async () => {
      await expect.poll(() => append(queue, 0, ['c']).catch(messageOf)).toBeUndefined();
      at = await position(queue);
    });
    await expect.poll(() => append(queue, 0, ['new']).catch(messageOf)).toBeUndefined();
    const slice = await look(queue, 0, at);
    expect(slice.loss?.kind).toBe('restart');
    expect(bodies(slice)).toEqual(['a', 'b', 'new']);
    await queue.close();
  });

  test('also when the log was trimmed before it', async () => {
    const place = newPlace();
    await opened(place, async (queue) => {
      await append(queue, 0, ['a', 'b']);
      await emptied(place.topic, 2n);
    });
    let at = NO_POSITION;
    await undone(async () => {
      at = await opened(place, async (queue) => {
        await append(queue, 0, ['c']);
        return end(await look(queue, 0, NO_POSITION));
      });
      await emptied(place.topic, 3n);
    });
    await opened(place, async (queue) => {
      const slice = await look(queue, 0, at);
      expect(slice).toMatchObject({ entries: [], to: '2', loss: { kind: 'restart' } });
      await append(queue, 0, ['new']);
      expect(bodies(await look(queue, 0, end(slice)))).toEqual(['new']);
    });
  });
});

describe('a topic that was deleted and made again is a restart', () => {
  test('and the same queue goes on with the new one', async () => {
    const place = newPlace();
    await opened(place, async (queue) => {
      await append(queue, 0, ['a', 'b']);
      const at = await position(queue);
      await remade(place.topic);
      await shown(queue);
      const empty = await look(queue, 0, at, { waitMs: 60_000 });
      expect(empty).toMatchObject({ entries: [], to: '0', loss: { kind: 'restart' } });
      expect(empty.incarnation).not.toBe(at.incarnation);
      await expect.poll(() => append(queue, 0, ['c']).catch(messageOf)).toBeUndefined();
      // Of another log: it deletes and commits nothing.
      await queue.trim(0, at);
      expect(bodies(await look(queue, 0, end(empty)))).toEqual(['c']);
      expect((await look(queue, 0, end(empty))).loss).toBeUndefined();
      expect(bodies(await look(queue, 0, at))).toEqual(['c']);
    });
  });

  test('also while a read waits, and of a topic that is only deleted nothing is told', async () => {
    const place = newPlace();
    await opened(place, async (queue) => {
      await append(queue, 0, ['a', 'b']);
      const at = await position(queue);
      const waiting = look(queue, 0, at, { waitMs: 60_000 }).then(({ loss }) => loss?.kind, messageOf);
      await kafka().ask((admin) => admin.deleteTopics({ topics: [place.topic] }));
      expect(await waiting).toMatch(/does not have the topic any more|UNKNOWN_TOPIC/);
      const said: string[] = [];
      // A broker that is busy with deleting may not answer the first in time.
      await expect
        .poll(async () => {
          said.push(await append(queue, 0, ['b']).then(() => 'taken', messageOf));
          return said.at(-1);
        })
        .toMatch(/does not have the topic any more|UNKNOWN_TOPIC/);
      expect(said).not.toContain('taken');
    });
    await opened(place, async (queue) => {
      await append(queue, 0, ['c']);
      expect(bodies(await look(queue, 0, NO_POSITION))).toEqual(['c']);
    });
  });

  test('and with fewer partitions it is not written to, and with others it is not opened', async () => {
    const place = newPlace();
    await opened(place, async (queue) => {
      await append(queue, 1, ['a']);
      await remade(place.topic, 1);
      await expect
        .poll(() => append(queue, 1, ['b']).catch(messageOf))
        .toMatch(/has now a topic .+ of 1 partitions.*PARTITIONS=1/);
      await expect(append(queue, 0, ['b'])).rejects.toThrow('PARTITIONS=1');
      await expect(look(queue, 1, NO_POSITION)).rejects.toThrow('PARTITIONS=1');
      await expect(queue.depth()).rejects.toThrow('fewer partitions');
    });
    await expect(place.open()).rejects.toThrow(/of 1 partitions, and 2 are asked for.*set PARTITIONS=1/);
    await opened({ open: () => kafkaQueue({ url: `${kafka().url}/${place.topic}` }) }, async (queue) => {
      expect(await queue.depth()).toEqual({ entries: 0, oldest: undefined });
    });
  });
});

describe('missing entries are a gap', () => {
  test.each([
    ['some', 2n, 'cd'],
    ['all', 4n, ''],
  ])('%s before the position reached them', async (_, deleted, left) => {
    const place = newPlace();
    await opened(place, async (queue) => {
      await append(queue, 0, ['a', 'b', 'c', 'd']);
      const { entries, ...all } = await look(queue, 0, NO_POSITION);
      const at = { ...end({ ...all, entries }), offset: entries[0]?.offset ?? '' };
      await emptied(place.topic, deleted);
      const slice = await look(queue, 0, at, { waitMs: 60_000 });
      expect(bodies(slice).join('')).toBe(left);
      expect(slice.loss).toMatchObject({ kind: 'gap', detail: expect.stringMatching(/starts at \d, .+ from 1 on/) });
      expect((await look(queue, 0, end(slice))).loss).toBeUndefined();
      await append(queue, 0, ['e']);
      const later = await look(queue, 0, { ...at, offset: entries[3]?.offset ?? '' });
      expect(bodies(later)).toEqual(['e']);
      expect(later.loss).toBeUndefined();
    });
  });

  test('also under a reader that stands there', async () => {
    const place = newPlace();
    await opened(place, async (queue) => {
      await append(queue, 0, ['a']);
      const at = await position(queue);
      // The reader is at the end now, and the log gets away from it.
      expect((await look(queue, 0, at)).entries).toEqual([]);
      await opened(place, (other) => append(other, 0, ['b', 'c', 'd']));
      await emptied(place.topic, 3n);
      const slice = await look(queue, 0, at);
      expect(bodies(slice)).toEqual(['d']);
      expect(slice.loss?.kind).toBe('gap');
    });
  });
});
