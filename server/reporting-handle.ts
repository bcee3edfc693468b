import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { messageOf, Unusable } from '../core/errors.ts';
import type { Config } from './config.ts';
import type { SampleHandler } from '../reporting/sample.ts';
import type { ReportingMessage, ReportingStart } from './reporting-process.ts';
import { answerSample } from './sample-ipc.ts';
import { siblingOf } from './sibling.ts';

/** The reporting process, seen from its parent. */
export interface ReportingHandle {
  port: number;
  stop(): Promise<void>;
}

const RESTART_MS = 1000;

/**
 * Starts the reporting process, and starts it again whenever it dies.
 *
 * @param secret serves its readers as well as the token
 * @param sample does what the process is asked about the sample data
 * @throws Unusable if it cannot start
 */
export async function startReporting(
  config: Config,
  secret: string,
  sample: SampleHandler,
  log: (line: string) => void,
): Promise<ReportingHandle> {
  let stopping = false;
  let child: ChildProcess;
  let listening = false;
  const port = await begin(config);
  listening = true;

  /** Resolves with the port it listens on. */
  function begin(withConfig: Config): Promise<number> {
    return new Promise((resolve, reject) => {
      const started = fork(siblingOf(import.meta.url, 'reporting-process'), {
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      });
      child = started;
      const answer = answerSample(sample, (done) => started.connected && started.send(done));
      child.on('message', (message: ReportingMessage) => {
        if ('listening' in message) resolve(message.listening);
        else if ('failed' in message) reject(new Unusable(message.failed));
        else if ('sample' in message) answer(message);
        else log(`reporting: ${message.error}`);
      });
      child.once('exit', (code, signal) => {
        reject(new Unusable(`the reporting process ended (${signal ?? code}) before it listened`));
        if (!stopping && listening) restart(code, signal);
      });
      child.send({ start: withConfig, secret } satisfies ReportingStart);
    });
  }

  function restart(code: number | null, signal: string | null): void {
    log(`reporting: ended (${signal ?? code}), starting it again`);
    setTimeout(() => {
      if (!stopping)
        begin({ ...config, reportingPort: port }).catch((error: unknown) => log(`reporting: ${messageOf(error)}`));
    }, RESTART_MS).unref();
  }

  return {
    port,
    async stop() {
      stopping = true;
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
      if (child.connected) child.send('stop');
      await ended;
    },
  };
}
