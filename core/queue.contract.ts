import type { Case } from './contract.ts';
import { appendCases } from './queue-append.contract.ts';
import { readCases } from './queue-read.contract.ts';
import type { QueuePlace } from './queue-scene.contract.ts';
import { trimCases } from './queue-trim.contract.ts';

export type { QueuePlace } from './queue-scene.contract.ts';

/**
 * What every queue promises (`Queue` in `ports.ts`).
 *
 * @example
 * test.each(queueContract)('$name', async ({ run }) => {
 *   await expect(run(newPlace())).resolves.toBeUndefined();
 * });
 */
export const queueContract: Case<QueuePlace>[] = [...appendCases, ...readCases, ...trimCases];
