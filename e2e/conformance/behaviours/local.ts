import type { PageSpec } from '../behaviour.ts';

/** A page of a site that has chosen an outbox on the device. */
export const LOCAL: PageSpec = { options: { storage: 'local' } };
