import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** What a server tells the commands that find it running on a data folder. */
const noteSchema = z.object({
  pid: z.number().int(),
  /** Base address at which it takes entries for its queue; on loopback only. Undefined without a collector. */
  control: z.url().optional(),
  /** Base address of the reporting API, as this machine reaches it. Undefined without a reporting. */
  reporting: z.url().optional(),
  /** To be sent as `Authorization: Bearer`; made anew at each start. */
  secret: z.string().min(1),
});

export type RunningNote = z.infer<typeof noteSchema>;

const fileOf = (folder: string): string => join(folder, 'running.json');

/**
 * Leaves the note in the data folder, for this user's eyes only.
 *
 * @returns removes it
 * @example
 * const forget = noteRunning('./data', { pid: process.pid, control, reporting, secret });
 */
export function noteRunning(folder: string, note: RunningNote): () => void {
  const file = fileOf(folder);
  // A file that is there keeps its mode, whatever is asked for.
  rmSync(file, { force: true });
  writeFileSync(file, `${JSON.stringify(note)}\n`, { mode: 0o600 });
  return () => rmSync(file, { force: true });
}

/** The note of the server that has a data folder; one that was killed has left an old one. Undefined: there is none. */
export function readRunning(folder: string): RunningNote | undefined {
  try {
    return noteSchema.parse(JSON.parse(readFileSync(fileOf(folder), 'utf8')));
  } catch {
    return undefined;
  }
}
