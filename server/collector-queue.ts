import { existsSync } from 'node:fs';
import { open as openFile } from 'node:fs/promises';
import { join } from 'node:path';
import { QUEUE_FILE } from '../adapters/sqlite/queue-file.ts';
import { sqliteQueue } from '../adapters/sqlite/queue.ts';
import { Unavailable } from '../core/errors.ts';
import { limits as defaults } from '../core/limits.ts';
import type { Queue, QueueEntry } from '../core/ports.ts';
import { openQueue } from './open.ts';
import type { Places } from './open.ts';
import { spillingQueue } from './spilling-queue.ts';
import type { Appending } from './spilling-queue.ts';

/** In the spill's folder: a line of JSON for each entry that the queue can never take. */
const ASIDE_FILE = 'aside.ndjson';

/**
 * What a collector appends to: the file in its folder, or a queue elsewhere, with a spill in the folder for as long as
 * that is away.
 *
 * @param made with how many partitions the store was made, which a spill has that is made while the queue is away
 * @throws Unusable if it cannot be used
 */
export async function openCollectorQueue(
  places: Places,
  log: (line: string) => void,
  made: number | undefined,
): Promise<Appending> {
  if (places.queueUrl === undefined) return openQueue(places, { writer: true, thread: true });
  const limits = { ...defaults, ...places.limits };
  const warn = (line: string): void => log(`collector: ${line}`);
  let first = await openIfThere(places, warn);
  try {
    const folder = join(places.data, 'spill');
    const spill = await openSpill(folder, first?.partitions ?? places.partitions ?? made, limits);
    const open = async (): Promise<Appending> => {
      const opened = first ?? (await openQueue(places, { warn }));
      first = undefined;
      return opened;
    };
    const setAside = (entry: QueueEntry): Promise<void> => appendLine(join(folder, ASIDE_FILE), JSON.stringify(entry));
    return await spillingQueue({ open, spill, limits, setAside, log: warn });
  } catch (error) {
    await first?.close();
    throw error;
  }
}

async function openIfThere(places: Places, warn: (line: string) => void): Promise<Queue | undefined> {
  try {
    return await openQueue(places, { warn });
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    return undefined;
  }
}

/** One that is there has its partitions; a new one gets those of the queue. */
function openSpill(folder: string, partitions: number | undefined, limits: typeof defaults | object): Promise<Queue> {
  const { spillBytesMax } = { ...defaults, ...limits };
  const isThere = existsSync(join(folder, QUEUE_FILE));
  const made = isThere || partitions === undefined ? {} : { partitions };
  return sqliteQueue({ folder, ...made, limits: { ...limits, queueBytesMax: spillBytesMax } });
}

/** Resolves when the disk has it. */
async function appendLine(file: string, line: string): Promise<void> {
  const handle = await openFile(file, 'a', 0o600);
  try {
    await handle.appendFile(`${line}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
