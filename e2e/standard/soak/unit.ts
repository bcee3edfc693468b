import { setTimeout as pause } from 'node:timers/promises';
import type { Exit, Launched, Server } from '../../support/server.ts';
import { until } from '../../support/until.ts';

/** A process of one role that is started again whenever it ends, on its own folder, as an operator's machine does it. */
export interface Unit {
  name: string;
  /** While it takes requests. */
  server(): Server | undefined;
  /** Starts so far. */
  starts(): number;
  /** Sends a signal that ends it, and answers how it ended and after how many ms; undefined if it is not ready. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<(Exit & { ms: number }) | undefined>;
  /** How it ended although nobody had asked for it, after it had been ready. */
  crashes: string[];
  /** Resolves with its server when it is ready. */
  ready(msMax?: number): Promise<Server>;
  /** Ends it for good, and answers how it ended. */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<Exit>;
}

const RESTART_MS = 200;
const TAIL_CHARS = 2000;

export function unit(name: string, launch: () => Launched): Unit {
  const crashes: string[] = [];
  let launched = launch();
  let server: Server | undefined;
  let starts = 1;
  let asked = false;
  let stopping = false;

  /** A start may take longer than one wait for it: queue or store may be away. */
  async function watch(started: Launched): Promise<void> {
    for (;;) {
      const now = await Promise.race([started.exited, started.ready().catch(() => undefined)]);
      if (now && 'collector' in now && started === launched) server = now;
      if (now) return;
    }
  }

  const running = (async () => {
    for (;;) {
      void watch(launched);
      const { code, signal } = await launched.exited;
      if (server && !asked) crashes.push(`${name}: ${signal ?? code}: ${launched.output().slice(-TAIL_CHARS)}`);
      server = undefined;
      asked = false;
      if (stopping) return;
      await pause(RESTART_MS);
      launched = launch();
      starts += 1;
    }
  })();

  async function end(signal: 'SIGTERM' | 'SIGKILL') {
    if (!server) return undefined;
    asked = true;
    server = undefined;
    const began = performance.now();
    const exit = await launched.end(signal);
    return { ...exit, ms: Math.round(performance.now() - began) };
  }

  return {
    name,
    server: () => server,
    starts: () => starts,
    end,
    crashes,
    ready: (msMax = 120_000) => until(`${name} to be ready`, () => server, msMax),
    async stop(signal = 'SIGKILL') {
      stopping = true;
      asked = true;
      const exit = await launched.end(signal).catch(() => launched.exited);
      await running;
      return exit;
    },
  };
}
