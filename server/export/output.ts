import { lstatSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { Unusable } from '../../core/errors.ts';

type Chunks = AsyncIterable<string | Uint8Array>;

/**
 * Writes what an export says, piece by piece, as fast as it is taken. A file has another name beside its own until it is
 * whole, so that what is cut off is never taken for all.
 *
 * @param file undefined: standard output
 * @returns whether all of it was taken; not if the reader of standard output went away, which is no failure
 * @throws Unusable if the file cannot be written; then nothing of it remains
 * @example
 * await writeOut('events.ndjson', lines());
 */
export function writeOut(file: string | undefined, chunks: Chunks): Promise<boolean> {
  return file === undefined ? toStandardOutput(chunks) : toFile(file, chunks);
}

async function toFile(file: string, chunks: Chunks): Promise<boolean> {
  const there = lstatSync(file, { throwIfNoEntry: false });
  // A device or a link would be replaced by the file.
  if (there && !there.isFile()) throw new Unusable(`--out: ${file} is there, and is no file`);
  const part = `${file}.${process.pid}.part`;
  try {
    await writeFile(part, chunks, { flag: 'wx', flush: true });
    await rename(part, file);
    return true;
  } catch (error) {
    await rm(part, { force: true });
    throw isOfSystem(error) ? new Unusable(`--out: ${error.message}`, { cause: error }) : error;
  }
}

async function toStandardOutput(chunks: Chunks): Promise<boolean> {
  // A failure is told to the one who writes, too; without a listener it would end the process.
  process.stdout.on('error', () => {});
  try {
    for await (const chunk of chunks) await written(chunk);
    return true;
  } catch (error) {
    if (!isOfSystem(error)) throw error;
    if (error.code === 'EPIPE') return false;
    throw new Unusable(`standard output: ${error.message}`, { cause: error });
  }
}

function written(chunk: string | Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(chunk, (error) => (error ? reject(error) : resolve()));
  });
}

function isOfSystem(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}
