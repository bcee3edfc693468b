import { describe, expect, test } from 'vitest';
import { storeContract } from '../../core/store.contract.ts';
import { withMongod } from './databases.contract.ts';
import { mongodbStore } from './store.ts';

const databases = withMongod();

describe('the contract', () => {
  test.each(storeContract)('$name', async ({ run }) => {
    const url = databases.fresh();
    await expect(run({ open: () => mongodbStore({ url }) })).resolves.toBeUndefined();
  });
});
