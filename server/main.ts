import { limits as defaults } from '../core/limits.ts';
import { access, makeFirstToken, newSecret } from './access.ts';
import { isLoopback } from './config.ts';
import type { Config } from './config.ts';
import { control } from './control.ts';
import { embedded } from './embedded.ts';
import { listen } from './listen.ts';
import { startReporting } from './reporting-handle.ts';
import { noteRunning } from './running.ts';
import { addSample, removeSample } from './sample.ts';
import { addConfiguredSites } from './sites.ts';
import { welcome } from './welcome.ts';

export interface Running {
  collectorPort: number;
  reportingPort: number;
  stop(): Promise<void>;
}

/** For the commands of this machine, at any free port. */
const CONTROL = { host: '127.0.0.1', port: 0, settings: { host: 'HOST', port: 'PORT' } };

/**
 * Starts a whole Footfall: collector, worker and reporting, each apart from the others.
 *
 * @param print told what the operator is to read; failures go there, too
 * @throws Unusable if a port is taken, or the data is in use or cannot be used
 */
export async function start(config: Config, print: (line: string) => void): Promise<Running> {
  const { data, collectorHost, collectorPort: port, limits } = config;
  const local = isLoopback(collectorHost);
  const closers: (() => Promise<void>)[] = [];
  async function stop(): Promise<void> {
    for (const close of closers.splice(0).reverse()) await close();
  }
  try {
    // The token's document is in the store, which opens first; until then nobody may read.
    let mayRead: ReturnType<typeof access> = () => false;
    const footfall = await embedded({
      folder: data,
      partitions: config.partitions,
      limits,
      log: print,
      collector: {
        autoSites: local,
        openServers: local,
        trustedProxies: config.trustedProxies,
        mayRead: (c) => mayRead(c),
      },
    });
    closers.push(() => footfall.close());
    const { documents } = footfall.store;
    mayRead = access(collectorHost, documents);
    const token = await makeFirstToken(documents);
    await addConfiguredSites(documents, config.sites, print);
    const address = { host: collectorHost, port, settings: { host: 'HOST', port: 'PORT' } };
    const requestMsMax = limits.requestMsMax ?? defaults.requestMsMax;
    const collecting = await listen(footfall.collector, { ...address, requestMsMax }, footfall.collector.direct);
    closers.push(() => collecting.close());
    const { queue, store } = footfall;
    const sample = {
      add: () => addSample({ queue, store, limits }),
      remove: async () => void (await removeSample({ store, partitions: queue.partitions, limits })),
    };
    const secret = newSecret();
    const reporting = await startReporting({ ...config, collectorPort: collecting.port }, secret, sample, print);
    closers.push(() => reporting.stop());
    const controlling = await listen(control({ queue, secret }), { ...CONTROL, requestMsMax });
    closers.push(() => controlling.close());
    const forget = noteRunning(data, {
      pid: process.pid,
      control: `http://${CONTROL.host}:${controlling.port}`,
      reporting: localAddress(config.reportingHost, reporting.port),
      secret,
    });
    closers.push(async () => forget());
    print(welcome(config, { collector: collecting.port, reporting: reporting.port }, token));
    return { collectorPort: collecting.port, reportingPort: reporting.port, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** How this machine reaches what listens on `host`. */
function localAddress(host: string, port: number): string {
  const everywhere = host === '0.0.0.0' || host === '::';
  const name = everywhere ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${port}`;
}
