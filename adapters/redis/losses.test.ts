import { randomUUID } from 'node:crypto';
import { cpSync, rmSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { opened } from '../../core/contract.ts';
import type { Position, Queue } from '../../core/ports.ts';
import { NO_POSITION } from '../../core/ports.ts';
import { append, bodies, end, look } from '../../core/queue-scene.contract.ts';
import { redisQueue } from './queue.ts';
import { redisOfFile } from './redis-server.contract.ts';
import type { RedisServer } from './redis-server.contract.ts';

/** What of a log can get lost, and how its reader hears of it. Redis loses nothing by itself: it is made to. */

const redis = redisOfFile(['--repl-diskless-sync-delay', '0']);
const replica = redisOfFile();

const newPlace = () => {
  const prefix = randomUUID();
  return { prefix, stream: `${prefix}:log:0`, open: () => redisQueue({ url: redis().url, prefix, partitions: 2 }) };
};

const position = async (queue: Queue): Promise<Position> => end(await look(queue, 0, NO_POSITION));

/** What is done in `work` is as if it had never been. */
async function undone(server: RedisServer, work: () => Promise<void>): Promise<void> {
  const copy = `${server.folder}.copy`;
  await server.kill();
  cpSync(server.folder, copy, { recursive: true });
  await server.start();
  await work();
  await server.kill();
  rmSync(server.folder, { recursive: true });
  cpSync(copy, server.folder, { recursive: true });
  rmSync(copy, { recursive: true });
  await server.start();
}

describe('nothing is lost', () => {
  test('by a restart, a rewrite of the file, a log that was trimmed empty', async () => {
    const place = newPlace();
    const id = async () => /master_replid:(\w+)/.exec(String(await redis().call('INFO', 'replication')))?.[1];
    const before = await id();
    const at = await opened(place, async (queue) => {
      await append(queue, 0, ['a', 'b']);
      const reached = await position(queue);
      await queue.trim(0, reached);
      return reached;
    });
    await redis().call('BGREWRITEAOF');
    for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
      await redis().kill(signal);
      await redis().start();
      await opened(place, async (queue) => {
        expect(await look(queue, 0, at)).toEqual({ incarnation: at.incarnation, to: at.offset, entries: [] });
      });
    }
    // Why Redis's own id does not say which log it is: it is another one after every start.
    expect(await id()).not.toBe(before);
    await opened(place, async (queue) => {
      await append(queue, 0, ['c']);
      const slice = await look(queue, 0, at);
      expect(bodies(slice)).toEqual(['c']);
      expect(slice.loss).toBeUndefined();
      expect(slice.to).toMatch(/^3-/);
    });
  });
});

describe('a lost tail is a restart', () => {
  test('which leaves the log shorter than the position', async () => {
    const place = newPlace();
    await opened(place, (queue) => append(queue, 0, ['a', 'b']));
    let at = NO_POSITION;
    await undone(redis(), async () => {
      at = await opened(place, async (queue) => {
        await append(queue, 0, ['c']);
        return position(queue);
      });
    });
    await opened(place, async (queue) => {
      const slice = await look(queue, 0, at, { waitMs: 60_000 });
      expect(bodies(slice)).toEqual(['a', 'b']);
      expect(slice.loss).toMatchObject({ kind: 'restart', detail: expect.stringContaining(at.offset) });
      expect((await look(queue, 0, end(slice))).loss).toBeUndefined();
    });
  });

  test.each([1, 2, 3])('also when the log has grown again by %i, to the position or past it', async (grown) => {
    const place = newPlace();
    await opened(place, (queue) => append(queue, 0, ['a', 'b']));
    let at = NO_POSITION;
    await undone(redis(), async () => {
      at = await opened(place, async (queue) => {
        await append(queue, 0, ['c']);
        return position(queue);
      });
    });
    await opened(place, async (queue) => {
      for (let n = 0; n < grown; n++) await append(queue, 0, [`new ${n}`]);
      // The old position does not make way for what nobody has read.
      await queue.trim(0, at);
      const slice = await look(queue, 0, at);
      expect(bodies(slice)).toEqual(['a', 'b', ...['new 0', 'new 1', 'new 2'].slice(0, grown)]);
      expect(slice.loss?.kind).toBe('restart');
      expect((await look(queue, 0, end(slice))).loss).toBeUndefined();
    });
  });

  test('also when the log was trimmed empty before it', async () => {
    const place = newPlace();
    await opened(place, async (queue) => {
      await append(queue, 0, ['a', 'b']);
      await queue.trim(0, await position(queue));
    });
    let at = NO_POSITION;
    await undone(redis(), async () => {
      at = await opened(place, async (queue) => {
        await append(queue, 0, ['c']);
        const reached = await position(queue);
        await queue.trim(0, reached);
        return reached;
      });
    });
    await opened(place, async (queue) => {
      const slice = await look(queue, 0, at);
      expect(slice).toMatchObject({ entries: [], loss: { kind: 'restart' } });
      expect(slice.to).toMatch(/^2-/);
      await append(queue, 0, ['new']);
      expect(bodies(await look(queue, 0, end(slice)))).toEqual(['new']);
    });
  });

  test('which nobody had read is seen by who had appended it', async () => {
    const place = newPlace();
    const queue = await place.open();
    await append(queue, 0, ['a']);
    await append(queue, 1, ['a1']);
    const at = await position(queue);
    await undone(redis(), async () => {
      await expect.poll(() => append(queue, 0, ['b']).catch(() => 'away')).toBeUndefined();
    });
    expect((await look(queue, 0, at).catch(() => undefined))?.loss).toBeUndefined();
    await expect.poll(() => append(queue, 0, ['c']).catch(() => 'away')).toBeUndefined();
    const slice = await look(queue, 0, at);
    expect(bodies(slice)).toEqual(['a', 'c']);
    expect(slice.loss?.kind).toBe('restart');
    await append(queue, 1, ['b1']);
    expect((await look(queue, 1, end(slice))).incarnation).toBe(slice.incarnation);
    await queue.close();
  });

  test('a replica that took over without the last entries', async () => {
    const place = newPlace();
    const queue = await place.open();
    await append(queue, 0, ['a']);
    const { port } = new URL(redis().url);
    await replica().call('REPLICAOF', '127.0.0.1', port);
    await expect.poll(() => replica().call('EXISTS', place.stream)).toBe(1);
    await expect(redisQueue({ url: replica().url, prefix: place.prefix })).rejects.toThrow('READONLY');
    await replica().call('REPLICAOF', 'NO', 'ONE');
    await append(queue, 0, ['b']);
    const at = await position(queue);
    await queue.close();
    await opened({ open: () => redisQueue({ url: replica().url, prefix: place.prefix }) }, async (promoted) => {
      await append(promoted, 0, ['c', 'd']);
      const slice = await look(promoted, 0, at);
      expect(bodies(slice)).toEqual(['a', 'c', 'd']);
      expect(slice.loss?.kind).toBe('restart');
    });
  });
});

describe('a Redis that was emptied is a restart', () => {
  test('and the same queue goes on with a new log', async () => {
    const place = newPlace();
    await opened(place, async (queue) => {
      await append(queue, 0, ['a', 'b']);
      const at = await position(queue);
      await redis().call('FLUSHALL');
      const empty = await look(queue, 0, at, { waitMs: 60_000 });
      expect(empty).toMatchObject({ entries: [], to: '0-0', loss: { kind: 'restart' } });
      expect(empty.incarnation).not.toBe(at.incarnation);
      await append(queue, 0, ['c']);
      expect(bodies(await look(queue, 0, end(empty)))).toEqual(['c']);
      expect(bodies(await look(queue, 0, at))).toEqual(['c']);
    });
  });

  test('and a log that was made again with other partitions is not written to', async () => {
    const place = newPlace();
    await opened(place, async (queue) => {
      await append(queue, 0, ['a']);
      await redis().call('FLUSHALL');
      await opened(
        { open: () => redisQueue({ url: redis().url, prefix: place.prefix, partitions: 5 }) },
        async () => {},
      );
      await expect(append(queue, 0, ['b'])).rejects.toThrow('set PARTITIONS=5');
      expect((await queue.depth()).entries).toBe(0);
    });
  });

  test('and so is a stream that was deleted', async () => {
    const place = newPlace();
    await opened(place, async (queue) => {
      await append(queue, 0, ['a', 'b']);
      const at = await position(queue);
      await redis().call('DEL', place.stream);
      expect((await look(queue, 0, at)).loss?.kind).toBe('restart');
      await append(queue, 0, ['c']);
      expect(bodies(await look(queue, 0, at))).toEqual(['c']);
    });
  });
});

describe('missing entries are a gap', () => {
  test.each([
    ['before the first', (stream: string, [, , third]: string[]) => ['XTRIM', stream, 'MINID', third ?? ''], 'cd'],
    ['all', (stream: string) => ['XTRIM', stream, 'MAXLEN', '0'], ''],
    ['in the middle', (stream: string, [, , third]: string[]) => ['XDEL', stream, third ?? ''], 'bd'],
    ['at the end', (stream: string, ids: string[]) => ['XDEL', stream, ...ids.slice(2)], 'b'],
  ])('%s', async (_, command, left) => {
    const place = newPlace();
    await opened(place, async (queue) => {
      await append(queue, 0, ['a', 'b', 'c', 'd']);
      const { entries, ...all } = await look(queue, 0, NO_POSITION);
      const ids = entries.map(({ offset }) => offset);
      const at = { ...end({ ...all, entries }), offset: ids[0] ?? '' };
      const [name = '', ...args] = command(place.stream, ids);
      await redis().call(name, ...args);
      const read = [];
      const losses = [];
      for (let from = at; ; ) {
        const slice = await look(queue, 0, from, { entriesMax: 1 });
        if (slice.loss) losses.push(slice.loss.kind);
        else if (slice.entries.length === 0) break;
        read.push(...bodies(slice));
        from = end(slice);
      }
      expect(read.join('')).toBe(left);
      expect(losses).toEqual(['gap']);
      await append(queue, 0, ['e']);
      expect(bodies(await look(queue, 0, { ...at, offset: ids[3] ?? '' }))).toEqual(['e']);
    });
  });
});
