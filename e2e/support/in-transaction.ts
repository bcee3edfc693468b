import { setTimeout as pause } from 'node:timers/promises';
import { MongoClient } from 'mongodb';
import { until } from './until.ts';

/** ms after which others' transactions are over: some are after the first, and all after the second. */
const LOOKS_MS = [150, 600];

/** Stops a worker where it has a transaction open: looked for again and again, for that is a matter of milliseconds. */
export async function stopInTransaction(storeUrl: string, { pid }: { pid: number }): Promise<void> {
  const client = await new MongoClient(storeUrl).connect();
  async function open(): Promise<string[]> {
    const stages = [
      { $currentOp: { allUsers: true, idleSessions: true } },
      { $match: { transaction: { $exists: true } } },
    ];
    const found = await client.db('admin').aggregate<Session>(stages).toArray();
    return found.map(({ lsid, transaction }) => JSON.stringify([lsid, transaction.parameters.txnNumber]));
  }
  async function staysOpen(): Promise<boolean> {
    let before = await open();
    for (const ms of LOOKS_MS) {
      if (before.length === 0) return false;
      const after = await pause(ms).then(open);
      before = before.filter((one) => after.includes(one));
    }
    return before.length > 0;
  }
  try {
    await until('a stop within a transaction', async () => {
      process.kill(pid, 'SIGSTOP');
      if (await staysOpen()) return true;
      process.kill(pid, 'SIGCONT');
      await pause(Math.random() * 50);
      return false;
    });
  } finally {
    await client.close();
  }
}

interface Session {
  lsid: unknown;
  transaction: { parameters: { txnNumber: unknown } };
}
