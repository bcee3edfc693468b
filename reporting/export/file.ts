import type { ReadStream } from 'node:fs';
import { rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { Unavailable } from '../../core/errors.ts';
import { numberOf } from '../question/answer.ts';
import { newExport } from '../replica/export-folder.ts';
import { Broken } from '../replica/failure.ts';
import type { Replica } from '../replica/replica.ts';
import { exportStatement } from './statement.ts';
import type { Wanted } from './wanted.ts';

/** A file without a name: it is gone when its stream is closed, and when the process ends. */
export interface ExportedFile {
  bytes: number;
  stream: ReadStream;
}

/**
 * Writes visits into a file, in constant memory.
 *
 * @param signal ends it, and the stream as well
 * @throws as `Replica.askLong`; Unavailable if it could not be written
 */
export async function exportedFile(
  replica: Pick<Replica, 'askLong' | 'file'>,
  wanted: Wanted,
  signal: AbortSignal,
): Promise<ExportedFile> {
  const path = newExport(replica.file, wanted.format);
  try {
    await replica.askLong(async (connection) => {
      const { sql, values } = exportStatement(wanted, await numberOf(connection, wanted.site), path);
      await connection.rows(sql, values).catch((error: unknown) => {
        // A full disk is no reason to build the replica anew; if it is broken, those who follow will find out.
        if (error instanceof Broken) throw new Unavailable(`an export: ${error.message}`, { cause: error });
        throw error;
      });
    }, signal);
    const file = await open(path);
    const { size: bytes } = await file.stat();
    // It looks for no more where it knows the end.
    const stream = file.createReadStream({ end: bytes - 1 });
    signal.addEventListener('abort', () => stream.destroy(cutOff()), { once: true });
    if (signal.aborted) stream.destroy(cutOff());
    return { bytes, stream };
  } finally {
    rmSync(path, { force: true });
  }
}

/** Whoever serves the answer writes this into the log; where it was made tells nothing. */
function cutOff(): Error {
  const error = new Error(
    'an export was not sent whole: its reader is gone, its time (EXPORT_MS_MAX) is over, or this ends',
  );
  delete error.stack;
  return error;
}
