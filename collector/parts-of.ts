import { limits as defaults } from '../core/limits.ts';
import { trust } from './address.ts';
import { agentReader } from './agent.ts';
import type { CollectorOptions } from './collector.ts';
import { refusalOfFailure } from './failure.ts';
import { metrics } from './metrics.ts';
import type { Parts } from './parts.ts';
import { places } from './places.ts';
import { quietLog } from './quiet-log.ts';
import { rateLimits } from './rates.ts';
import { refusalLog } from './refusal-log.ts';
import { refusals } from './refusals.ts';
import { salts } from './salts.ts';
import { sites } from './sites.ts';

/**
 * Puts together what the doors work with.
 *
 * @throws Unusable for a trusted proxy that is no address, and for a file of places that cannot be used
 */
export function partsOf(options: CollectorOptions): Parts {
  const { queue, store, now = Date.now } = options;
  const limits = { ...defaults, ...options.limits };
  const log = quietLog(options.log ?? (() => {}), limits.logRepeatMs, now);
  const { documents } = store;
  const onError = (error: unknown) => void refusalOfFailure({ log }, error);
  return {
    queue,
    limits,
    sites: sites({ documents, autoSites: options.autoSites ?? false, limits, now, onError }),
    salts: salts({ documents, limits, now, onError }),
    rates: rateLimits(limits, now),
    refusals: refusals({ queue, limits, now }),
    refusalLog: refusalLog({ documents, limits, now }),
    metrics: metrics({ registry: options.metrics, depth: () => queue.depth(), now }),
    readAgent: agentReader(limits.agentCacheMax),
    places: places({ file: options.placesFile, limits, log }),
    countryHeader: options.countryHeader?.toLowerCase(),
    isTrusted: trust(options.trustedProxies ?? []),
    openServers: options.openServers ?? false,
    now,
    log,
  };
}
