import assert from 'node:assert/strict';
import { opened } from './contract.ts';
import type { Case, Place } from './contract.ts';
import type { Position, Queue, Slice } from './ports.ts';
import { NO_POSITION } from './ports.ts';

/** Where a queue's case has its data. */
export interface QueuePlace extends Place<Queue> {
  /** An offset, in the log's own form, far after one that it gave. */
  offsetAfter(offset: string): string;
  /** Whether `trim` lets go at once. Where it may leave entries for a while, less can be asked. */
  trims: boolean;
}

/**
 * What every queue promises (`Queue` in `ports.ts`).
 *
 * @example
 * test.each(queueContract)('$name', async ({ run }) => {
 *   await expect(run(newPlace())).resolves.toBeUndefined();
 * });
 */
export const queueContract: Case<QueuePlace>[] = [
  {
    name: 'has at least two partitions, all empty',
    run: (place) =>
      opened(place, async (queue) => {
        assert.ok(queue.partitions >= 2);
        for (let partition = 0; partition < queue.partitions; partition++) {
          const slice = await look(queue, partition, NO_POSITION);
          assert.deepEqual(slice.entries, []);
          assert.equal(slice.loss, undefined);
        }
        assert.deepEqual(await queue.depth(), { entries: 0, oldest: undefined });
      }),
  },
  {
    name: 'keeps the order within a partition',
    run: (place) =>
      opened(place, async (queue) => {
        await append(queue, 0, ['a', 'b']);
        await append(queue, 0, ['c']);
        await append(queue, 0, ['d', 'e']);
        const slice = await look(queue, 0, NO_POSITION);
        assert.deepEqual(bodies(slice), ['a', 'b', 'c', 'd', 'e']);
        assert.equal(slice.to, slice.entries.at(-1)?.offset);
        assert.equal(new Set(slice.entries.map(({ offset }) => offset)).size, 5);
      }),
  },
  {
    name: 'gives the same again, entry by entry or at once',
    run: (place) =>
      opened(place, async (queue) => {
        await append(queue, 0, ['a', 'b', 'c']);
        const once = await look(queue, 0, NO_POSITION);
        assert.deepEqual(await look(queue, 0, NO_POSITION), once);
        const steps = await follow(queue, 0, NO_POSITION, 1);
        assert.deepEqual(steps, once.entries);
        for (const [index, { offset }] of once.entries.entries()) {
          const after = { incarnation: once.incarnation, offset, version: 7 };
          assert.deepEqual((await look(queue, 0, after)).entries, once.entries.slice(index + 1));
        }
      }),
  },
  {
    name: 'keeps partitions apart',
    run: (place) =>
      opened(place, async (queue) => {
        await queue.append([
          { partition: 0, body: 'a0' },
          { partition: 1, body: 'a1' },
          { partition: 0, body: 'b0' },
          { partition: 1, body: 'b1' },
        ]);
        await append(queue, 1, ['c1']);
        assert.deepEqual(bodies(await look(queue, 0, NO_POSITION)), ['a0', 'b0']);
        assert.deepEqual(bodies(await look(queue, 1, NO_POSITION)), ['a1', 'b1', 'c1']);
        await queue.trim(0, end(await look(queue, 0, NO_POSITION)));
        assert.deepEqual(bodies(await look(queue, 1, NO_POSITION)), ['a1', 'b1', 'c1']);
      }),
  },
  {
    name: 'survives being closed and opened',
    async run(place) {
      const before = await opened(place, async (queue) => {
        await append(queue, 0, ['a', 'b']);
        return look(queue, 0, NO_POSITION);
      });
      await opened(place, async (queue) => {
        assert.deepEqual(await look(queue, 0, NO_POSITION), before);
        assert.deepEqual((await look(queue, 0, end(before))).entries, []);
        await append(queue, 0, ['c']);
        assert.deepEqual(bodies(await look(queue, 0, end(before))), ['c']);
        assert.equal((await queue.depth()).entries, 3);
      });
    },
  },
  {
    name: 'takes an empty list of entries',
    run: (place) =>
      opened(place, async (queue) => {
        await queue.append([]);
        assert.deepEqual(await queue.depth(), { entries: 0, oldest: undefined });
      }),
  },
  {
    name: 'reads at most entriesMax entries',
    run: (place) =>
      opened(place, async (queue) => {
        await append(queue, 0, ['a', 'b', 'c', 'd', 'e']);
        const slice = await look(queue, 0, NO_POSITION, { entriesMax: 2 });
        assert.deepEqual(bodies(slice), ['a', 'b']);
        assert.deepEqual(bodies(await look(queue, 0, end(slice), { entriesMax: 2 })), ['c', 'd']);
      }),
  },
  {
    name: 'reads at most bytesMax bytes, but always one entry',
    run: (place) =>
      opened(place, async (queue) => {
        const body = 'x'.repeat(1000);
        await append(queue, 0, [body, body, body, 'y'.repeat(5000), body]);
        const slice = await look(queue, 0, NO_POSITION, { bytesMax: 2500 });
        assert.deepEqual(bodies(slice), [body, body]);
        const steps = await follow(queue, 0, NO_POSITION, 10, 1200);
        assert.deepEqual(
          steps.map((entry) => entry.body.length),
          [1000, 1000, 1000, 5000, 1000],
        );
      }),
  },
  {
    name: 'waits for entries and wakes when some come',
    run: (place) =>
      opened(place, async (queue) => {
        await append(queue, 0, ['a']);
        const position = end(await look(queue, 0, NO_POSITION));
        const waiting = look(queue, 0, position, { waitMs: FOREVER });
        await append(queue, 1, ['elsewhere']);
        await append(queue, 0, ['b']);
        assert.deepEqual(bodies(await waiting), ['b']);
      }),
  },
  {
    name: 'ends a wait in which nothing came, and stays where it was',
    run: (place) =>
      opened(place, async (queue) => {
        await append(queue, 0, ['a']);
        const slice = await look(queue, 0, NO_POSITION);
        const nothing = await look(queue, 0, end(slice), { waitMs: 20 });
        assert.deepEqual(nothing.entries, []);
        assert.equal(nothing.loss, undefined);
        assert.deepEqual(end(nothing), end(slice));
      }),
  },
  {
    name: 'ends a wait when its signal is aborted, before or while it waits',
    run: (place) =>
      opened(place, async (queue) => {
        const stop = new AbortController();
        const waiting = look(queue, 0, NO_POSITION, { waitMs: FOREVER, signal: stop.signal });
        stop.abort();
        assert.deepEqual((await waiting).entries, []);
        const late = await look(queue, 0, NO_POSITION, { waitMs: FOREVER, signal: stop.signal });
        assert.deepEqual(late.entries, []);
      }),
  },
  {
    name: 'trims up to a position, never beyond',
    run: (place) =>
      opened(place, async (queue) => {
        await append(queue, 0, ['a', 'b', 'c', 'd', 'e']);
        const all = await look(queue, 0, NO_POSITION);
        const [, , third] = all.entries;
        const position = { incarnation: all.incarnation, offset: third?.offset ?? '', version: 1 };
        await queue.trim(0, position);
        assert.deepEqual((await look(queue, 0, position)).entries, all.entries.slice(3));
        if (place.trims) assert.equal((await queue.depth()).entries, 2);
        await queue.trim(0, position);
        assert.deepEqual((await look(queue, 0, position)).entries, all.entries.slice(3));
      }),
  },
  {
    name: "trims nothing for another log's position, nor for none",
    run: (place) =>
      opened(place, async (queue) => {
        await append(queue, 0, ['a', 'b']);
        const all = await look(queue, 0, NO_POSITION);
        await queue.trim(0, { ...end(all), incarnation: 'another-log' });
        await queue.trim(0, NO_POSITION);
        assert.deepEqual(await look(queue, 0, NO_POSITION), all);
      }),
  },
  {
    name: 'positions never go back: all trimmed, closed, opened, appended',
    async run(place) {
      const before = await opened(place, async (queue) => {
        await append(queue, 0, ['a', 'b', 'c']);
        const all = await look(queue, 0, NO_POSITION);
        await queue.trim(0, end(all));
        return all;
      });
      await opened(place, async (queue) => {
        const nothing = await look(queue, 0, end(before));
        assert.deepEqual(nothing.entries, []);
        assert.equal(nothing.loss, undefined);
        await append(queue, 0, ['d', 'e']);
        const after = await look(queue, 0, end(before));
        assert.deepEqual(bodies(after), ['d', 'e']);
        assert.equal(after.loss, undefined);
        assert.equal(after.incarnation, before.incarnation);
        const known = new Set(before.entries.map(({ offset }) => offset));
        assert.deepEqual(
          after.entries.filter(({ offset }) => known.has(offset)),
          [],
        );
      });
    },
  },
  {
    name: "reads from the start for another log's position, and says so",
    run: (place) =>
      opened(place, async (queue) => {
        await append(queue, 0, ['a', 'b', 'c']);
        const all = await look(queue, 0, NO_POSITION);
        const elsewhere = { ...end(all), incarnation: 'another-log', version: 3 };
        const slice = await look(queue, 0, elsewhere);
        assert.deepEqual(slice.entries, all.entries);
        assert.equal(slice.incarnation, all.incarnation);
        assert.equal(slice.loss?.kind, 'restart');
        assert.notEqual(slice.loss?.detail, '');
        assert.equal((await look(queue, 0, end(slice))).loss, undefined);
      }),
  },
  {
    name: "tells another log's position even of an empty log, without waiting",
    run: (place) =>
      opened(place, async (queue) => {
        const elsewhere = { incarnation: 'another-log', offset: '5', version: 3 };
        const slice = await look(queue, 0, elsewhere, { waitMs: FOREVER });
        assert.deepEqual(slice.entries, []);
        assert.equal(slice.loss?.kind, 'restart');
        const next = await look(queue, 0, end(slice));
        assert.equal(next.loss, undefined);
        await append(queue, 0, ['a']);
        assert.deepEqual(bodies(await look(queue, 0, end(slice))), ['a']);
      }),
  },
  {
    name: "reads from the start for a position after the log's end, and says so",
    run: (place) =>
      opened(place, async (queue) => {
        await append(queue, 0, ['a', 'b', 'c']);
        const all = await look(queue, 0, NO_POSITION);
        const beyond = { ...end(all), offset: place.offsetAfter(all.to) };
        const slice = await look(queue, 0, beyond);
        assert.deepEqual(slice.entries, all.entries);
        assert.equal(slice.loss?.kind, 'restart');
        assert.equal((await look(queue, 0, end(slice))).loss, undefined);
      }),
  },
  {
    name: 'says what is missing between a position and where the log starts',
    run: (place) =>
      opened(place, async (queue) => {
        await append(queue, 0, ['a', 'b', 'c', 'd']);
        const all = await look(queue, 0, NO_POSITION);
        const at = (index: number): Position => ({ ...end(all), offset: all.entries[index]?.offset ?? '' });
        await queue.trim(0, at(2));
        const slice = await look(queue, 0, at(0));
        if (!place.trims && slice.entries.length === 3) return;
        assert.deepEqual(bodies(slice), ['d']);
        assert.equal(slice.loss?.kind, 'gap');
        assert.equal((await look(queue, 0, at(2))).loss, undefined);
        assert.equal((await look(queue, 0, NO_POSITION)).loss?.kind, 'gap');
      }),
  },
  {
    name: 'moves past what is missing also when nothing is left, without waiting',
    run: (place) =>
      opened(place, async (queue) => {
        await append(queue, 0, ['a', 'b', 'c', 'd']);
        const all = await look(queue, 0, NO_POSITION);
        const first = { ...end(all), offset: all.entries[0]?.offset ?? '' };
        await queue.trim(0, end(all));
        const slice = await look(queue, 0, first, { waitMs: FOREVER });
        if (!place.trims && slice.entries.length === 3) return;
        assert.deepEqual(slice.entries, []);
        assert.equal(slice.loss?.kind, 'gap');
        assert.equal((await look(queue, 0, end(slice))).loss, undefined);
        await append(queue, 0, ['e']);
        assert.deepEqual(bodies(await look(queue, 0, end(slice))), ['e']);
      }),
  },
  {
    name: 'tells how many entries there are, and since when',
    run: (place) =>
      opened(place, async (queue) => {
        await append(queue, 0, ['a', 'b']);
        const { entries, oldest } = await queue.depth();
        assert.equal(entries, 2);
        assert.ok(Number.isInteger(oldest));
        await append(queue, 1, ['c']);
        assert.deepEqual(await queue.depth(), { entries: 3, oldest });
        await queue.trim(0, end(await look(queue, 0, NO_POSITION)));
        await queue.trim(1, end(await look(queue, 1, NO_POSITION)));
        if (place.trims) assert.deepEqual(await queue.depth(), { entries: 0, oldest: undefined });
      }),
  },
  {
    name: 'claim runs each partition once and ends with its signal',
    run: (place) =>
      opened(place, async (queue) => {
        const stop = new AbortController();
        const running: number[] = [];
        let started = (): void => {};
        const allStarted = new Promise<void>((resolve) => (started = resolve));
        let ended = 0;
        const claimed = queue.claim(async (partition, signal) => {
          running.push(partition);
          if (running.length === queue.partitions) started();
          await aborted(signal);
          ended += 1;
        }, stop.signal);
        await allStarted;
        assert.deepEqual(
          running.toSorted((a, b) => a - b),
          Array.from({ length: queue.partitions }, (_, partition) => partition),
        );
        assert.equal(ended, 0);
        stop.abort();
        await claimed;
        assert.equal(ended, queue.partitions);
      }),
  },
  {
    name: 'gives every body back as it was',
    async run(place) {
      const odd = [
        '',
        ' ',
        '{"a":"\\u0000"}',
        'NUL \u0000 in the middle',
        '\u0000',
        'é ö 漢字 😀 \u{10FFFF} \u200b \ufeff',
        'quotes \' " ` \\ ; -- /* %s ? :a @b $c',
        '\r\n\t\u0001\u001f\u007f',
        'x'.repeat(1024 * 1024),
        '😀'.repeat(250_000),
      ];
      await opened(place, (queue) => append(queue, 1, odd));
      await opened(place, async (queue) => {
        const steps = await follow(queue, 1, NO_POSITION, 3);
        assert.equal(steps.length, odd.length);
        for (const [index, { body }] of steps.entries())
          assert.ok(body === odd[index], `body ${index} came back changed`);
      });
    },
  },
  {
    name: 'holds every one of many appends at a time, once, each in its own order',
    async run(place) {
      const writers = Array.from({ length: 100 }, (_, writer) => writer);
      await opened(place, async (queue) => {
        await Promise.all(
          writers.map(async (writer) => {
            await append(queue, writer % 2, [`${writer} a`, `${writer} b`]);
            await append(queue, writer % 2, [`${writer} c`]);
          }),
        );
      });
      await opened(place, async (queue) => {
        for (const partition of [0, 1]) {
          const found = (await follow(queue, partition, NO_POSITION, 37)).map(({ body }) => body);
          const mine = writers.filter((writer) => writer % 2 === partition);
          assert.equal(found.length, mine.length * 3);
          for (const writer of mine) {
            const own = found.filter((body) => body.startsWith(`${writer} `));
            assert.deepEqual(own, [`${writer} a`, `${writer} b`, `${writer} c`]);
          }
        }
      });
    },
  },
];

/** Longer than any test may take: who waits it out fails. */
const FOREVER = 10 * 60_000;

async function append(queue: Queue, partition: number, texts: string[]): Promise<void> {
  await queue.append(texts.map((body) => ({ partition, body })));
}

interface Look {
  entriesMax?: number;
  bytesMax?: number;
  waitMs?: number;
  signal?: AbortSignal;
}

function look(queue: Queue, partition: number, after: Position, options: Look = {}): Promise<Slice> {
  return queue.read(partition, after, { entriesMax: 1000, bytesMax: 64 * 1024 * 1024, waitMs: 0, ...options });
}

function bodies(slice: Slice): string[] {
  return slice.entries.map(({ body }) => body);
}

/** The position that a slice reaches. */
function end({ incarnation, to }: Slice): Position {
  return { incarnation, offset: to, version: 1 };
}

/** Reads slice by slice until there is no more. */
async function follow(
  queue: Queue,
  partition: number,
  from: Position,
  entriesMax: number,
  bytesMax?: number,
): Promise<Slice['entries']> {
  const found: Slice['entries'] = [];
  for (let position = from; ; ) {
    const slice = await look(queue, partition, position, { entriesMax, ...(bytesMax ? { bytesMax } : {}) });
    if (slice.entries.length === 0) return found;
    assert.ok(slice.entries.length <= entriesMax);
    found.push(...slice.entries);
    position = end(slice);
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
