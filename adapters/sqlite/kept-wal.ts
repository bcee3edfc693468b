import { copyFileSync, existsSync, linkSync, rmSync } from 'node:fs';

/** Where the write-ahead log of a file is kept until it is clear that all of it was taken in. */
export function keptWalOf(file: string): string {
  return `${file}-wal.kept`;
}

/**
 * Keeps a file's write-ahead log under a second name. SQLite takes a write-ahead log up to the first frame that is
 * damaged, and deletes it whole when the file is closed, with all frames after that: so it goes only when nothing is
 * missing.
 *
 * @returns what lets go of it
 */
export function keepWal(file: string): () => void {
  const wal = `${file}-wal`;
  const kept = keptWalOf(file);
  const release = (): void => rmSync(kept, { force: true });
  if (existsSync(wal) && !existsSync(kept)) {
    try {
      linkSync(wal, kept);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      // Another process was faster: it keeps it, or has just closed the file, with all of it taken in.
      if (code === 'EEXIST' || code === 'ENOENT') return release;
      // Not every file system has second names.
      copyFileSync(wal, kept);
    }
  }
  return release;
}
