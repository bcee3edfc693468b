import { describe, expect, test } from 'vitest';
import type { QueuePlace } from '../../core/queue.contract.ts';
import { queueContract } from '../../core/queue.contract.ts';
import { storeContract } from '../../core/store.contract.ts';
import { memoryLog } from './memory-log.ts';
import { memoryQueue } from './memory-queue.ts';
import { memoryStorePort } from './memory-store-port.ts';
import { memoryStore } from './memory-store.ts';

describe('the log of the simulation', () => {
  function newPlace(): QueuePlace {
    const logs = [0, 1, 2].map(() => memoryLog('log-1'));
    return { open: async () => memoryQueue(logs), offsetAfter: (offset) => String(Number(offset) + 1000), trims: true };
  }

  test.each(queueContract)('$name', async ({ run }) => {
    await expect(run(newPlace())).resolves.toBeUndefined();
  });
});

describe('the store of the simulation', () => {
  test.each(storeContract)('$name', async ({ run }) => {
    const memory = memoryStore();
    await expect(run({ open: async () => memoryStorePort(memory) })).resolves.toBeUndefined();
  });
});
