import { randomUUID } from 'node:crypto';
import { readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Unusable } from '../../core/errors.ts';
import { folders } from './folders.contract.ts';
import { checkMark, markOf, openMark, readMark } from './mark.ts';

const newFolder = folders();
const newLog = () => join(newFolder(), 'queue.db');
const incarnation = randomUUID();

describe('what is written can be read', () => {
  test('at once, in place, up to the largest offset', () => {
    const log = newLog();
    expect(readMark(markOf(log))).toBeUndefined();
    const mark = openMark(log, incarnation, [1, 2, 3]);
    expect(readMark(markOf(log))).toEqual({ incarnation, heads: [1, 2, 3] });
    const { size } = statSync(markOf(log));
    for (const heads of [
      [4, 2, 3],
      [4, 2 ** 40, Number.MAX_SAFE_INTEGER],
    ]) {
      mark.write(heads);
      expect(readMark(markOf(log))).toEqual({ incarnation, heads });
      expect(statSync(markOf(log)).size).toBe(size);
    }
    mark.close();
  });

  test('one that is cut off, or longer than whole, says nothing', () => {
    const log = newLog();
    openMark(log, incarnation, [1, 2]).close();
    for (const size of [31, 17, 16, 3, 0]) {
      truncateSync(markOf(log), size);
      expect(readMark(markOf(log))).toBeUndefined();
    }
    writeFileSync(markOf(log), Buffer.alloc(16 + 8 + 1));
    expect(readMark(markOf(log))).toBeUndefined();
  });

  test('opening leaves no rest of an older mark', () => {
    const log = newLog();
    openMark(log, randomUUID(), [7, 8]).close();
    openMark(log, incarnation, [1, 2]).close();
    expect(readMark(markOf(log))).toEqual({ incarnation, heads: [1, 2] });
    expect(readFileSync(markOf(log))).toHaveLength(32);
  });
});

describe('checkMark', () => {
  const mark = { incarnation, heads: [5, 0, 9] };

  test('lets a log pass that has all that was acknowledged, or more', () => {
    const passes = (known: typeof mark | undefined, heads: number[]) => {
      expect(() => checkMark(known, 'queue.db', incarnation, heads)).not.toThrow();
    };
    passes(undefined, [0, 0, 0]);
    passes(mark, [5, 0, 9]);
    passes(mark, [6, 1, 10]);
    passes({ incarnation: randomUUID(), heads: [0, 0] }, [1, 1]);
  });

  test('names what is missing and the way out', () => {
    const check = () => checkMark(mark, 'data/queue.db', incarnation, [5, 0, 7]);
    expect(check).toThrow(Unusable);
    expect(check).toThrow(
      'data/queue.db ends at entry 7 of partition 2, but 9 were acknowledged: 2 are missing. Restore it from a backup, or run `footfall repair`',
    );
  });

  test('takes another log for one that has nothing of it, however long', () => {
    const check = () => checkMark(mark, 'queue.db', randomUUID(), [100, 100, 100]);
    expect(check).toThrow('ends at entry 0 of partition 0, but 5 were acknowledged: 5 are missing');
  });

  test('a log with fewer partitions lacks the others', () => {
    expect(() => checkMark(mark, 'queue.db', incarnation, [5, 0])).toThrow('partition 2');
  });
});
