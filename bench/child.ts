import { fork } from 'node:child_process';
import type { Question, Ready, Told, Usage } from './measured.ts';

/** A process that is measured. */
export interface Child {
  pid: number;
  ready: Ready;
  usage(): Promise<Usage>;
  stop(): Promise<void>;
}

/**
 * Starts one of the bench's programs and waits until it is ready.
 *
 * @param name of its file, beside this one, without its ending
 * @param options as `--name value`
 */
export async function startChild(name: string, options: Record<string, string> = {}): Promise<Child> {
  const args = Object.entries(options).flatMap(([option, value]) => [`--${option}`, value]);
  // What a server prints is not of interest here; what it complains of is.
  const child = fork(new URL(`${name}.ts`, import.meta.url), args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const ended = new Promise<never>((_, reject) => {
    child.once('exit', (code, signal) => reject(new Error(`${name} ended (${signal ?? code})`)));
  });
  ended.catch(() => {});
  const next = (): Promise<Told> => {
    const told = new Promise<Told>((resolve) => child.once('message', (message: Told) => resolve(message)));
    return Promise.race([told, ended]);
  };
  const ask = (question: Question): void => void child.send(question);

  const first = await next();
  if (!('ready' in first)) throw new Error(`${name} was not ready first`);
  return {
    pid: child.pid ?? 0,
    ready: first.ready,
    async usage() {
      const answer = next();
      ask('usage');
      const told = await answer;
      if (!('usage' in told)) throw new Error(`${name} told something else`);
      return told.usage;
    },
    async stop() {
      ask('stop');
      await ended.catch(() => {});
    },
  };
}
