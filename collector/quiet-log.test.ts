import { expect, test } from 'vitest';
import { quietLog } from './quiet-log.ts';

test('quietLog says the same once in its time, and other things at once', () => {
  const clock = { now: 5 };
  const lines: string[] = [];
  const log = quietLog(
    (message, error) => lines.push(`${message} ${String(error)}`),
    100,
    () => clock.now,
  );
  for (let time = 0; time < 50; time++) log('a', time);
  log('b', 0);
  clock.now += 99;
  log('a', 1);
  clock.now += 1;
  log('a', 2);
  expect(lines).toEqual(['a 0', 'b 0', 'a 2']);
});
