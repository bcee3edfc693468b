import { expect, test } from 'vitest';
import { memoryDocuments } from './memory.reference.ts';
import { refusalLog } from './refusal-log.ts';

const HOUR = 3_600_000;
const limits = { refusalsKeptMax: 3, refusalsKeptHours: 48, refusalLogSitesMax: 2, refusalLogFlushSitesMax: 10 };

test('what is noted goes when it is as old as it may be, also from the store, whether others came later or not', async () => {
  const documents = memoryDocuments();
  let hours = 0;
  const log = refusalLog({ documents, limits, now: () => hours * HOUR });
  const note = (): void => log.note({ id: 'a' }, { time: hours * HOUR, reason: 'bot', field: 'user-agent' });
  const kept = () =>
    [...documents.values.values()].map(({ value, expires }) => ({
      hours: (value as { refusals: { time: number }[] }).refusals.map(({ time }) => time / HOUR),
      expires: (expires ?? 0) / HOUR,
    }));
  note();
  await log.flush();
  hours = 40;
  note();
  await log.flush();
  expect(kept()).toEqual([{ hours: [0, 40], expires: 48 }]);
  hours = 49;
  await log.flush();
  expect(kept()).toEqual([{ hours: [40], expires: 88 }]);
  hours = 89;
  await log.flush();
  expect(kept()).toEqual([]);
});
