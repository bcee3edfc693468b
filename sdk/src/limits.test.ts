import { expect, test } from 'vitest';
import { bodyCharsMax, eventsKeptMax } from './limits.ts';
import { wireLimits } from './wire.ts';

/** A character of UTF-16 has three bytes of UTF-8 at most: those of four are two characters. */
const BYTES_MAX = 3 * bodyCharsMax;

test('what the SDK sends is within what the collector takes', () => {
  // As short as an event can be.
  const least = '{"id":"01a20168-a4a9-7374-a5d0-ca418ae89fcd","name":"a","time":1795319964841}';
  expect(bodyCharsMax / (least.length + 1)).toBeLessThan(wireLimits.eventsPerBatchMax);
  expect(BYTES_MAX).toBeLessThan(wireLimits.bodyBytesMax);
});

test('a body is at most 15 KB, so that several fit into the 64 KiB that a page may have under way when it goes', () => {
  expect(BYTES_MAX).toBeLessThanOrEqual(15 * 1024);
  expect(eventsKeptMax).toBeGreaterThan(wireLimits.eventsPerBatchMax);
});
