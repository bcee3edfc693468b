import type { Limits } from '../core/limits.ts';
import type { Store } from '../core/ports.ts';
import type { Replica } from './replica/replica.ts';

/** What the handlers share. */
export interface Parts {
  store: Pick<Store, 'stats' | 'documents'>;
  replica: Replica;
  limits: Limits;
  now: () => number;
}
