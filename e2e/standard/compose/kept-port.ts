import { createServer } from 'node:net';

/**
 * Below those that systems give to connections (Linux: from 32768), which are many here before all has started. Each process
 * takes from a part of its own, for tests run beside each other.
 */
const FIRST = 20_000;
const PARTS = 100;
const PART = 120;

let taken = 0;

/** A port that nothing listens on now, that is given once, and that no connection gets by chance before it is used. */
export async function keptPort(): Promise<number> {
  while (taken < PART) {
    const port = FIRST + (process.pid % PARTS) * PART + taken;
    taken += 1;
    if (await isFree(port)) return port;
  }
  throw new Error(`this process has had its ${PART} ports`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, () => server.close(() => resolve(true)));
  });
}
