import type { Limits } from '../core/limits.ts';
import type { Queue } from '../core/ports.ts';
import type { IsTrusted } from './address.ts';
import type { ReadAgent } from './agent.ts';
import type { Metrics } from './metrics.ts';
import type { Places } from './places.ts';
import type { Log } from './quiet-log.ts';
import type { RateLimits } from './rates.ts';
import type { RefusalLog } from './refusal-log.ts';
import type { Refusals } from './refusals.ts';
import type { Salts } from './salts.ts';
import type { Sites } from './sites.ts';

/** What both doors work with; `collector.ts` puts it together. */
export interface Parts {
  queue: Pick<Queue, 'append' | 'depth' | 'partitions'>;
  limits: Limits;
  sites: Sites;
  salts: Salts;
  rates: RateLimits;
  refusals: Refusals;
  refusalLog: RefusalLog;
  metrics: Metrics;
  readAgent: ReadAgent;
  places: Places;
  /** Of trusted proxies, and in lower case. Undefined: none is looked at. */
  countryHeader: string | undefined;
  isTrusted: IsTrusted;
  /** Whether servers need no key, for old timestamps and the visitor's address and agent. */
  openServers: boolean;
  /** ms since 1970. */
  now: () => number;
  log: Log;
}
