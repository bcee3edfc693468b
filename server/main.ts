import type { Collector, CollectorOptions } from '../collector/collector.ts';
import { limits as defaults } from '../core/limits.ts';
import type { Store } from '../core/ports.ts';
import type { SampleHandler } from '../reporting/sample.ts';
import { access, makeFirstToken, newSecret } from './access.ts';
import { localAddress } from './addresses.ts';
import { isLoopback } from './config.ts';
import type { Config } from './config.ts';
import { control } from './control.ts';
import { deploy } from './deployment.ts';
import type { Deployment } from './deployment.ts';
import { listen } from './listen.ts';
import { startReporting } from './reporting-handle.ts';
import { noteRunning } from './running.ts';
import type { RunningNote } from './running.ts';
import { addSample, removeSample } from './sample.ts';
import { addConfiguredSites } from './sites.ts';
import type { Appending } from './spilling-queue.ts';
import { welcome } from './welcome.ts';
import { workerDoor } from './worker-door.ts';

export interface Running {
  /** Undefined without that role. */
  collectorPort: number | undefined;
  reportingPort: number | undefined;
  stop(): Promise<void>;
}

/** For the commands of this machine, at any free port. */
const CONTROL = { host: '127.0.0.1', port: 0, settings: { host: 'HOST', port: 'PORT' } };

/**
 * Starts what this process is to do of a Footfall: collector, worker and reporting, each apart from the others.
 *
 * @param print told what the operator is to read; failures go there, too
 * @throws Unusable if a port is taken, or the data is in use or cannot be used; Unavailable if the store stays away
 */
export async function start(config: Config, print: (line: string) => void): Promise<Running> {
  const closers: (() => unknown)[] = [];
  async function stop(): Promise<void> {
    for (const close of closers.splice(0).reverse()) await close();
  }
  try {
    const requestMsMax = config.limits.requestMsMax ?? defaults.requestMsMax;
    // The token's document is in the store, which opens first; until then nobody may read.
    let mayRead: ReturnType<typeof access> = () => false;
    const deployed = await deploy({ ...config, log: print, collector: collectorOptions(config, (c) => mayRead(c)) });
    closers.push(() => deployed.close());
    const { collector, queue, store } = deployed;
    mayRead = access(config.collectorPublishedHost, store.documents);
    const token = await makeFirstToken(store.documents);
    await addConfiguredSites(store.documents, config.sites, print);
    const secret = newSecret();
    const note: RunningNote = { pid: process.pid, secret };

    const collecting = collector && (await listenTo(collector, config, requestMsMax));
    if (collecting) closers.push(() => collecting.close());
    const reporting = config.roles.includes('reporting')
      ? await startReporting(
          { ...config, collectorPort: collecting?.port ?? config.collectorPort },
          secret,
          sampleHandler(queue, store, config.limits),
          print,
        )
      : undefined;
    if (reporting) {
      closers.push(() => reporting.stop());
      note.reporting = localAddress(config.reportingHost, reporting.port);
    }
    if (collector) {
      const controlling = await listen(control({ queue, secret }), { ...CONTROL, requestMsMax });
      closers.push(() => controlling.close());
      note.control = `http://${CONTROL.host}:${controlling.port}`;
    }
    const works = config.roles.includes('worker') && !collector;
    const working = works ? await listenAsWorker(deployed, config, requestMsMax, print) : undefined;
    if (working) closers.push(() => working.close());
    if (collector || reporting) closers.push(noteRunning(config.data, note, print));
    const ports = { collector: collecting?.port, reporting: reporting?.port, worker: working?.port };
    print(welcome(config, ports, token));
    return { collectorPort: collecting?.port, reportingPort: reporting?.port, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function collectorOptions(
  { collectorPublishedHost, trustedProxies, placesFile, countryHeader, defaultSite }: Config,
  mayRead: CollectorOptions['mayRead'],
): Omit<CollectorOptions, 'queue' | 'store'> {
  const local = isLoopback(collectorPublishedHost);
  return {
    autoSites: local,
    openServers: local,
    trustedProxies,
    placesFile,
    countryHeader,
    trackSite: defaultSite,
    ...(mayRead && { mayRead }),
  };
}

function listenTo(collector: Collector, { collectorHost: host, collectorPort: port }: Config, requestMsMax: number) {
  return listen(collector, { host, port, settings: { host: 'HOST', port: 'PORT' }, requestMsMax }, collector.direct);
}

/** A worker's own door, where the collector's does not tell its health and numbers. */
function listenAsWorker(
  { queue, store, metrics }: Deployment,
  { workerHost: host, workerPort: port }: Config,
  requestMsMax: number,
  log: (line: string) => void,
) {
  const app = workerDoor({ queue, store, metrics, mayRead: access(host, store.documents), log });
  return listen(app, { host, port, settings: { host: 'WORKER_HOST', port: 'WORKER_PORT' }, requestMsMax });
}

function sampleHandler(queue: Appending, store: Store, limits: Config['limits']): SampleHandler {
  return {
    add: () => addSample({ queue, store, limits }),
    remove: async () => void (await removeSample({ store, partitions: queue.partitions, limits })),
  };
}
