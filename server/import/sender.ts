import { setTimeout as pause } from 'node:timers/promises';
import { messageOf, Unavailable, Unusable } from '../../core/errors.ts';
import type { LogEntry } from '../../core/event.ts';
import { LOG_ENTRY_VERSION } from '../../core/event.ts';
import { newId } from '../../core/id.ts';
import { IMPORT_KIND, importedSchema, importId } from '../../core/import.ts';
import type { FilePart, Imported } from '../../core/import.ts';
import { partitionOf } from '../../core/partition.ts';
import type { Queue } from '../../core/ports.ts';
import type { Part } from './parts.ts';
import type { Target } from '../target.ts';

export interface SenderOptions {
  target: Target;
  /** Ids of the site and the file. */
  site: string;
  file: string;
  limits: { importAheadEntriesMax: number; importWaitMsMax: number };
  /** An import that is to stop does not wait. */
  signal: AbortSignal;
}

/** One run of the import of one file, as the log and the store see it. */
export interface Sender {
  /** From now on this run may go on, and none before it: what those still have in the log does not count. */
  claim(): Promise<Imported>;
  /** Puts a part into the queue. Resolves when it is durable; holds back while the worker is far behind. */
  send(part: Part): Promise<void>;
  /** Resolves when all that was sent is counted. */
  settle(): Promise<void>;
}

const LOOK_MS = 20;
const RETRY_MS = 500;

/**
 * @throws Unusable (its methods reject) if another run has taken the file over, the site was erased meanwhile, or
 * nothing moves for `importWaitMsMax`
 */
export function senderOf({ target, site, file, limits, signal }: SenderOptions): Sender {
  const { queue, store } = target;
  const partition = partitionOf(site, queue.partitions);
  const run = newId();
  /** Where the entries end that are not known to be counted. */
  let ahead: number[] = [];

  function append(content: Pick<LogEntry, 'events' | 'refused'>, part: Omit<FilePart, 'file' | 'run'>): Promise<void> {
    const header = { v: LOG_ENTRY_VERSION, id: newId(), site, received: Date.now(), context: {} } as const;
    const entry: LogEntry = { ...header, ...content, file: { file, run, ...part } };
    return appendPatiently(queue, { partition, body: JSON.stringify(entry) }, limits.importWaitMsMax, signal);
  }

  async function imported(): Promise<Imported> {
    const found = importedSchema.safeParse(await store.documents.get(IMPORT_KIND, importId(site, file)));
    if (!found.success) throw new Unusable(`the data of ${site} was erased meanwhile. Start the import again.`);
    return found.data;
  }

  /** Looks at how far it is until `isDone`. */
  async function wait(isDone: (now: Imported) => boolean): Promise<Imported> {
    let until = Date.now() + limits.importWaitMsMax;
    let before = -1;
    for (;;) {
      const now = await imported();
      if (isDone(now)) return now;
      if (now.position !== before) until = Date.now() + limits.importWaitMsMax;
      before = now.position;
      if (Date.now() > until) throw new Unusable('the worker does not come to it. Start the import again later.');
      await pause(LOOK_MS, undefined, { signal });
    }
  }

  /** Resolves when at most so many entries are not counted. */
  async function untilAhead(countMax: number): Promise<void> {
    const { position } = await wait((now) => {
      if (now.run !== run) throw takenOver();
      return ahead.filter((to) => to > now.position).length <= countMax;
    });
    ahead = ahead.filter((to) => to > position);
  }

  return {
    async claim() {
      await append({ events: [] }, {});
      return wait((now) => {
        // Another's claim may have been applied in the same moment.
        if (now.run !== run && now.past?.includes(run)) throw takenOver();
        return now.run === run;
      });
    },
    async send({ events, refused, from, to, sha256 }) {
      if (ahead.length >= limits.importAheadEntriesMax) await untilAhead(limits.importAheadEntriesMax - 1);
      await append(refused.length > 0 ? { events, refused } : { events }, { from, to, sha256 });
      ahead.push(to);
    },
    settle: () => untilAhead(0),
  };
}

function takenOver(): Unusable {
  return new Unusable('another import of this file has taken over.');
}

/** Appends as soon as it can be; what an append that seemed to fail has written all the same does not follow twice. */
async function appendPatiently(
  queue: Pick<Queue, 'append'>,
  entry: { partition: number; body: string },
  waitMsMax: number,
  signal: AbortSignal,
): Promise<void> {
  const until = Date.now() + waitMsMax;
  for (;;) {
    try {
      return await queue.append([entry]);
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      if (Date.now() > until) throw new Unusable(`the queue takes nothing: ${messageOf(error)}`, { cause: error });
      await pause(RETRY_MS, undefined, { signal });
    }
  }
}
