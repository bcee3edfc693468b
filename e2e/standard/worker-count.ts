import type { Server } from '../support/server.ts';

/**
 * A count of a worker's process, as it tells it to Prometheus. It is a quarter of a second old.
 *
 * @param name such as `applied`
 */
export async function workerCount(worker: Pick<Server, 'output'>, name: string): Promise<number> {
  const port = /Worker +http:\/\/\S+:(\d+)/.exec(worker.output())?.[1];
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const count = new RegExp(`^footfall_worker_${name}_total (\\d+)$`, 'm').exec(text)?.[1];
  if (count === undefined) throw new Error(`no count ${name} in\n${text}`);
  return Number(count);
}
