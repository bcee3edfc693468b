import { closeSync, fstatSync, ftruncateSync, openSync, readFileSync, readSync, writeSync } from 'node:fs';

/**
 * What repair does to copies of a damaged database file, below SQLite.
 * Source of the formats: https://sqlite.org/fileformat2.html, "The Database Header", "The Write-Ahead Log".
 */

const MAGIC = 'SQLite format 3\0';
const PAGE_SIZE_AT = 16;
const PAGE_COUNT_AT = 28;
const WAL_HEADER_BYTES = 32;
const WAL_MAGIC = 0x377f0682;
const FRAME_HEADER_BYTES = 24;

/**
 * Puts the first page, with the table of tables, of another file in the place of a damaged one: a fresh file of the same
 * schema has the same.
 */
export function putFirstPage(file: string, firstPage: Buffer): void {
  const handle = openSync(file, 'r+');
  try {
    const page = Buffer.from(firstPage);
    page.writeUInt32BE(Math.max(1, Math.ceil(fstatSync(handle).size / page.length)), PAGE_COUNT_AT);
    writeSync(handle, page, 0, page.length, 0);
  } finally {
    closeSync(handle);
  }
}

/**
 * Makes a file as large as its header says, or its header say how large it is: SQLite reads nothing of a file that was
 * cut off, and no page past the end that the header tells.
 */
export function fitFile(file: string): void {
  const handle = openSync(file, 'r+');
  try {
    const header = Buffer.alloc(100);
    if (!isHeader(header.subarray(0, readSync(handle, header, 0, header.length, 0)))) return;
    const pageSize = pageSizeOf(header);
    const pages = Math.max(header.readUInt32BE(PAGE_COUNT_AT), Math.ceil(fstatSync(handle).size / pageSize));
    header.writeUInt32BE(pages, PAGE_COUNT_AT);
    writeSync(handle, header, 0, header.length, 0);
    ftruncateSync(handle, pages * pageSize);
  } finally {
    closeSync(handle);
  }
}

/**
 * Writes all frames of a write-ahead log into its database file. SQLite takes none after the first whose checksum is
 * wrong, although the later ones may be whole, and none of a transaction whose last one is missing.
 */
export function takeFrames(file: string, wal: string): void {
  const frames = readFileSync(wal);
  if (frames.length < WAL_HEADER_BYTES + FRAME_HEADER_BYTES) return;
  // The lowest bit says how the checksums are counted.
  const headed = (frames.readUInt32BE(0) & ~1) === WAL_MAGIC;
  const pageSize = headed ? frames.readUInt32BE(8) : pageSizeOf(readFileSync(file));
  const salt = headed ? frames.subarray(16, 24) : frames.subarray(WAL_HEADER_BYTES + 8, WAL_HEADER_BYTES + 16);
  const frameBytes = FRAME_HEADER_BYTES + pageSize;
  const handle = openSync(file, 'r+');
  try {
    // Each frame makes the file at most one page larger; a number beyond that is damage.
    const pagesMax = (fstatSync(handle).size + frames.length) / pageSize;
    for (let at = WAL_HEADER_BYTES; at + frameBytes <= frames.length; at += frameBytes) {
      const page = frames.readUInt32BE(at);
      // Frames of an earlier round of the log have another salt.
      const isOfThisRound = frames.subarray(at + 8, at + 16).equals(salt);
      if (!isOfThisRound || page < 1 || page > pagesMax) continue;
      writeSync(handle, frames, at + FRAME_HEADER_BYTES, pageSize, (page - 1) * pageSize);
    }
  } finally {
    closeSync(handle);
  }
}

function isHeader(header: Buffer): boolean {
  return header.length === 100 && header.toString('latin1', 0, MAGIC.length) === MAGIC;
}

/** 1 stands for what does not fit into two bytes. */
function pageSizeOf(header: Buffer): number {
  const size = header.readUInt16BE(PAGE_SIZE_AT);
  return size === 1 ? 65_536 : size;
}
