import { describe, expect, test } from 'vitest';
import { storeContract } from '../../core/store.contract.ts';
import { folders } from './folders.contract.ts';
import { sqliteStore } from './store.ts';

const newFolder = folders();

describe("the contract, in the caller's thread", () => {
  test.each(storeContract)('$name', async ({ run }) => {
    const folder = newFolder();
    await expect(run({ open: () => sqliteStore({ folder, thread: false }) })).resolves.toBeUndefined();
  });
});
