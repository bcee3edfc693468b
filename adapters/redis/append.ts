import { setImmediate as turn } from 'node:timers/promises';
import { QueueFull } from '../../core/errors.ts';
import type { Limits } from '../../core/limits.ts';
import type { Queue, QueueEntry } from '../../core/ports.ts';
import { groupLength } from '../groups.ts';
import type { GroupLimits } from '../groups.ts';
import type { Log } from './log.ts';

/** What appending needs of the limits. */
export type AppendLimits = GroupLimits & Pick<Limits, 'appendPendingMax'>;

interface Caller {
  entries: QueueEntry[];
  bytes: number;
  resolve: () => void;
  reject: (error: unknown) => void;
}

/**
 * One round trip at a time; all that comes meanwhile goes with the next one, up to a limit. What one caller appends goes
 * together, so that it is stored whole or not at all.
 */
export function grouped({ partitions, append }: Log, limits: AppendLimits): Queue['append'] {
  const waiting: Caller[] = [];
  let pending = 0;
  let busy = false;

  async function flush(): Promise<void> {
    busy = true;
    while (waiting.length > 0) {
      // All that arrives in one turn of the event loop goes together.
      await turn();
      const group = waiting.splice(0, groupLength(waiting, limits));
      const entries = group.flatMap((caller) => caller.entries);
      try {
        await append(entries);
        for (const caller of group) caller.resolve();
      } catch (error) {
        for (const caller of group) caller.reject(error);
      }
      pending -= entries.length;
    }
    busy = false;
  }

  return (entries) => {
    if (entries.length === 0) return Promise.resolve();
    // Before it is in a group, for a group is refused as a whole.
    const nowhere = entries.find(({ partition }) => !(partition >= 0 && partition < partitions));
    if (nowhere) return Promise.reject(new RangeError(`partition ${nowhere.partition} of ${partitions}`));
    if (pending + entries.length > limits.appendPendingMax) {
      return Promise.reject(new QueueFull(`${limits.appendPendingMax} entries wait for Redis (appendPendingMax)`));
    }
    pending += entries.length;
    const bytes = entries.reduce((sum, { body }) => sum + Buffer.byteLength(body), 0);
    return new Promise((resolve, reject) => {
      waiting.push({ entries, bytes, resolve, reject });
      if (!busy) void flush();
    });
  };
}
