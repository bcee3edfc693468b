import { expect, test } from 'vitest';
import type { SampleHandler } from '../reporting/sample.ts';
import { answerSample, remoteSample } from './sample-ipc.ts';
import type { SampleAsk, SampleDone } from './sample-ipc.ts';

/** Child and parent, with the way through JSON between them. */
function scene(handler: SampleHandler) {
  const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
  const answer = answerSample(handler, (done: SampleDone) => remote.take(plain(done)));
  const remote = remoteSample((ask: SampleAsk) => answer(plain(ask)));
  return remote;
}

test('the parent does what the child is asked, one after the other', async () => {
  const done: string[] = [];
  const remote = scene({
    async add() {
      await new Promise((resolve) => setTimeout(resolve, 5));
      return done.push('add');
    },
    remove: async () => void done.push('remove'),
  });
  expect(await Promise.all([remote.add(), remote.remove(), remote.add()])).toEqual([1, undefined, 3]);
  expect(done).toEqual(['add', 'remove', 'add']);
});

test('a failure reaches the one who asked, and only that one', async () => {
  const remote = scene({ add: () => Promise.reject(new Error('the queue is full')), remove: async () => {} });
  const [added, removed] = await Promise.allSettled([remote.add(), remote.remove()]);
  expect(added).toMatchObject({ status: 'rejected', reason: new Error('sample data: the queue is full') });
  expect(removed.status).toBe('fulfilled');
});
