import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { QUEUE_FILE } from '../adapters/sqlite/queue-file.ts';
import { STORE_FILE } from '../adapters/sqlite/store-schema.ts';
import { startChild } from './child.ts';
import { bytesOf } from './counted.ts';

/** Which worker takes the queue's entries, and the file it fills. */
export const workers = { work: STORE_FILE, naive: 'naive.db' } as const;
export type WorkerName = keyof typeof workers;

export interface WorkFigures {
  eventsPerSecond: number;
  cpuUsPerEvent: number;
  bytesPerEvent: number;
  rssBytesMax: number;
}

/**
 * Lets a worker, in a process of its own, take events of a filled queue, of which it gets a copy.
 *
 * @param filled a folder of `fill`
 * @throws Error where it took others than there are
 */
export async function measureWorker(name: WorkerName, filled: string, events: number): Promise<WorkFigures> {
  const folder = `${filled}-${name}`;
  cpSync(filled, folder, { recursive: true });
  const emptyBytes = bytesOf(join(folder, workers[name]));
  const child = await startChild(name, { folder, events: String(events) });
  await child.stop();
  const { seconds = 0, events: taken = 0, wrong = 0, cpuUs = 0, rssBytesMax = 0 } = child.ready;
  if (taken !== events || wrong > 0)
    throw new Error(`${name}: ${taken} events of ${events} taken, ${wrong} went wrong`);
  const bytes = bytesOf(join(folder, workers[name])) - emptyBytes;
  rmSync(folder, { recursive: true });
  return {
    eventsPerSecond: events / seconds,
    cpuUsPerEvent: cpuUs / events,
    bytesPerEvent: bytes / events,
    rssBytesMax,
  };
}

/** Bytes of the queue's file for each event in it. */
export function queueBytesPerEvent(filled: string, events: number): number {
  return bytesOf(join(filled, QUEUE_FILE)) / events;
}
