import { sqliteStore } from '../adapters/sqlite/store.ts';
import { messageOf } from '../core/errors.ts';
import { reporting } from '../reporting/reporting.ts';
import { access } from './access.ts';
import type { Config } from './config.ts';
import { listen } from './listen.ts';
import { limits as defaults } from '../core/limits.ts';

/** The reporting process of the embedded deployment: a child that a heavy report may bring down without touching collection. */

type Message = { start: Config } | 'stop';
export type ReportingMessage = { listening: number } | { failed: string } | { error: string };

function tell(message: ReportingMessage): void {
  process.send?.(message);
}

async function start(config: Config): Promise<() => Promise<void>> {
  const store = await sqliteStore({ folder: config.data, limits: config.limits });
  const app = reporting({
    store,
    limits: config.limits,
    mayRead: access(config.reportingHost, store.documents),
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
    await listening.close();
    await store.close();
  };
}

let stop: (() => Promise<void>) | undefined;

async function obey(message: Message): Promise<void> {
  if (message === 'stop') {
    await stop?.();
    process.exit(0);
  }
  try {
    stop = await start(message.start);
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
