import type { Case, Place } from './contract.ts';
import type { Store } from './ports.ts';
import { applyCases } from './store-apply.contract.ts';
import { documentCases } from './store-documents.contract.ts';
import { eraseCases } from './store-erase.contract.ts';
import { feedCases } from './store-feed.contract.ts';
import { forgetCases } from './store-forget.contract.ts';
import { hostileCases } from './store-hostile.contract.ts';
import { importCases } from './store-import.contract.ts';
import { numberCases } from './store-numbers.contract.ts';

/**
 * What every store promises (`Store` in `ports.ts`).
 *
 * @example
 * test.each(storeContract)('$name', async ({ run }) => {
 *   await expect(run(newPlace())).resolves.toBeUndefined();
 * });
 */
export const storeContract: Case<Place<Store>>[] = [
  ...applyCases,
  ...numberCases,
  ...feedCases,
  ...eraseCases,
  ...forgetCases,
  ...documentCases,
  ...hostileCases,
  ...importCases,
];
