import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** A server that a test starts, ends by any signal, and starts again. */
export interface Program {
  pid(): number;
  runs(): boolean;
  /** Begins it, if it does not run. Answers whether it was begun. */
  begin(): boolean;
  /** Ends it by a signal, and waits until it is gone. */
  kill(signal?: NodeJS.Signals): Promise<void>;
}

export function programOf(spawned: () => ChildProcess): Program {
  let child: ChildProcess | undefined;
  const runs = (): boolean => child !== undefined && child.exitCode === null && child.signalCode === null;
  return {
    pid: () => child?.pid ?? 0,
    runs,
    begin() {
      if (runs()) return false;
      child = spawned();
      return true;
    },
    async kill(signal = 'SIGKILL') {
      if (!child || !runs()) return;
      const gone = once(child, 'exit');
      child.kill(signal);
      // One that is stopped does not see any other signal.
      if (signal === 'SIGTERM') child.kill('SIGCONT');
      await gone;
    },
  };
}
