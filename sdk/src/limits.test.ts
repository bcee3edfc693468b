import { expect, test } from 'vitest';
import { batchEventsMax, bodyBytesMax, eventsKeptMax } from './limits.ts';
import { wireLimits } from './wire.ts';

test('what the SDK sends is within what the collector takes', () => {
  // As short as an event can be: `url` of one letter more would still be one.
  const least = '{"id":"01a20168-a4a9-7374-a5d0-ca418ae89fcd","name":"a","time":1795319964841,"url":"http://a/"}';
  expect(bodyBytesMax / (least.length + 1)).toBeLessThan(wireLimits.eventsPerBatchMax);
  expect(batchEventsMax).toBeLessThanOrEqual(wireLimits.eventsPerBatchMax);
  expect(bodyBytesMax).toBeLessThan(wireLimits.bodyBytesMax);
});

test('several bodies fit into the 64 KiB that a page may have under way when it goes', () => {
  expect(4 * bodyBytesMax).toBeLessThan(64 * 1024);
  expect(eventsKeptMax).toBeGreaterThan(batchEventsMax);
});
