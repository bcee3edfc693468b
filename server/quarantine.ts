import type { Documents, Queue } from '../core/ports.ts';

const KIND = 'quarantine';

export interface QuarantinedEntry {
  /** `partition|incarnation|offset`. */
  id: string;
  /** ms since 1970. */
  at: number;
  reason: string;
  body: string;
}

/** All entries that could not be applied. */
export async function listQuarantine(documents: Documents): Promise<QuarantinedEntry[]> {
  const entries = await documents.list(KIND);
  return entries.map(({ id, value }) => ({ id, ...(value as Omit<QuarantinedEntry, 'id'>) }));
}

/**
 * Puts all entries back into the queue, for a worker that can apply them by now. One that is interrupted may put an
 * entry back twice; its ids make it count once.
 *
 * @returns how many
 */
export async function replayQuarantine(documents: Documents, queue: Queue): Promise<number> {
  const entries = await listQuarantine(documents);
  for (const { id, body } of entries) {
    const partition = Number(id.split('|')[0]);
    await queue.append([{ partition, body }]);
    await documents.delete(KIND, id);
  }
  return entries.length;
}
