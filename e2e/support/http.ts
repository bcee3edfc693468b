import { until } from './until.ts';

/** Resolves when the collector's queue is empty. */
export async function drained(collector: string): Promise<void> {
  await until('the queue to be empty', async () => (await queued(collector)) === 0, 120_000);
}

/** How many entries wait in the queue. */
export async function queued(collector: string): Promise<number> {
  const answer = await fetch(`${collector}/healthz`);
  const { queue }: { queue: { entries: number } } = (await answer.json()) as { queue: { entries: number } };
  return queue.entries;
}

/** Posts JSON. */
export function send(address: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}
