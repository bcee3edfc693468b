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

/** Ms after which a note for which the disk had no room is tried again. */
const RETRY_MS = 2000;

/**
 * Leaves the note in the data folder, for this user's eyes only. A disk that is full must not stop a server: then the note
 * is left as soon as there is room, and commands do not find the server before.
 *
 * @param warn is told when it has to wait
 * @returns removes it
 * @example
 * const forget = noteRunning('./data', { pid: process.pid, control, reporting, secret }, console.error);
 */
export function noteRunning(folder: string, note: RunningNote, warn: (message: string) => void): () => void {
  const file = fileOf(folder);
  let timer: NodeJS.Timeout | undefined;
  function leave(): void {
    // A file that is there keeps its mode, whatever is asked for.
    rmSync(file, { force: true });
    writeFileSync(file, `${JSON.stringify(note)}\n`, { mode: 0o600 });
  }
  try {
    leave();
  } catch (error) {
    if (!isFull(error)) throw error;
    warn(`The disk is full: make room. Until then commands do not find this server by ${file}.`);
    timer = setInterval(() => {
      try {
        leave();
        clearInterval(timer);
      } catch {
        // Nothing that befalls the disk by now may end a server that runs.
      }
    }, RETRY_MS).unref();
  }
  return () => {
    clearInterval(timer);
    rmSync(file, { force: true });
  };
}

function isFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOSPC';
}

/** The note of the server that has a data folder; one that was killed has left an old one. Undefined: there is none. */
export function readRunning(folder: string): RunningNote | undefined {
  try {
    return noteSchema.parse(JSON.parse(readFileSync(fileOf(folder), 'utf8')));
  } catch {
    return undefined;
  }
}
