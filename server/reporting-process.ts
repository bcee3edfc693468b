import { join } from 'node:path';
import { messageOf, Unusable } from '../core/errors.ts';
import { reporting } from '../reporting/reporting.ts';
import type { ReportingOptions } from '../reporting/reporting.ts';
import { access } from './access.ts';
import { administration } from './administration.ts';
import type { Config } from './config.ts';
import { listen } from './listen.ts';
import { limits as defaults } from '../core/limits.ts';
import { openQueue, openStore } from './open.ts';
import { pagesOf } from './pages.ts';
import { remoteSample } from './sample-ipc.ts';
import type { SampleAsk, SampleDone } from './sample-ipc.ts';

/** The reporting process of the embedded deployment: a child that a heavy report may bring down without touching collection. */

export interface ReportingStart {
  start: Config;
  /** Serves as well as the token. */
  secret: string;
}

type Message = ReportingStart | SampleDone | 'stop';
export type ReportingMessage = { listening: number } | { failed: string } | { error: string } | SampleAsk;

function tell(message: ReportingMessage): void {
  process.send?.(message);
}

async function start({ start: config, secret }: ReportingStart): Promise<() => Promise<void>> {
  const store = await openStore(config, true);
  const replica = await replicaOf(config);
  const app = reporting({
    store,
    replica,
    administration: administration({ store, partitions: replica.partitions, limits: config.limits }),
    ...pagesOf(config),
    sample,
    limits: config.limits,
    mayRead: access(config.reportingPublishedHost, store.documents, secret),
    onError: (error) => tell({ error: messageOf(error) }),
  });
  const listening = await listen(app, {
    host: config.reportingHost,
    port: config.reportingPort,
    settings: { host: 'REPORTING_HOST', port: 'REPORTING_PORT' },
    requestMsMax: config.limits.requestMsMax ?? defaults.requestMsMax,
  });
  tell({ listening: listening.port });
  return async () => {
    app.endExports();
    await listening.close();
    await app.close();
    await store.close();
  };
}

/** How many partitions there are was fixed when the data was made; the queue knows. */
async function replicaOf(config: Config): Promise<ReportingOptions['replica']> {
  const queue = await openQueue(config);
  await queue.close();
  const { partitions } = queue;
  const { reportingPartitions: follow } = config;
  const wrong = follow?.find((partition) => partition >= partitions);
  if (wrong === undefined) return { file: join(config.data, 'replica.duckdb'), partitions, follow };
  throw new Unusable(`REPORTING_PARTITIONS takes partitions from 0 to ${partitions - 1}, not ${wrong}.`);
}

/** Only the parent appends to the queue. */
const sample = remoteSample(tell);

let stop: (() => Promise<void>) | undefined;

async function obey(message: Message): Promise<void> {
  if (message === 'stop') {
    await stop?.();
    process.exit(0);
  }
  if ('sampleDone' in message) {
    sample.take(message);
    return;
  }
  try {
    stop = await start(message);
  } catch (error) {
    tell({ failed: messageOf(error) });
    process.exit(1);
  }
}

process.on('message', (message: Message) => void obey(message));
// The parent is gone, however it went. It also gets the terminal's signals and passes on what is to be done.
process.on('disconnect', () => process.exit(0));
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
