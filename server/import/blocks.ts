/** A piece of a file that holds whole lines. */
export interface Block {
  bytes: Buffer;
  /** One line, or the beginning of one, that is longer than allowed: its bytes count, its text does not. */
  tooLong?: boolean;
  /** Nothing more is there for now. */
  idle?: boolean;
}

const NEWLINE = 0x0a;

/**
 * Cuts a file's content into blocks that end where lines do; the last may lack its newline. Memory is bounded by the
 * longest line that is allowed. Empty content (of a file that is followed) is passed on as `idle`.
 */
export async function* blocksOf(content: AsyncIterable<Buffer>, lineBytesMax: number): AsyncGenerator<Block> {
  let rest: Buffer = Buffer.alloc(0);
  /** Within a line that is too long. */
  let skipping = false;
  for await (const chunk of content) {
    if (chunk.length === 0) {
      yield { bytes: chunk, idle: true };
      continue;
    }
    let bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    if (skipping) {
      const end = bytes.indexOf(NEWLINE) + 1;
      yield { bytes: end === 0 ? bytes : bytes.subarray(0, end), tooLong: true };
      skipping = end === 0;
      bytes = skipping ? bytes.subarray(bytes.length) : bytes.subarray(end);
    }
    const end = bytes.lastIndexOf(NEWLINE) + 1;
    if (end > 0) yield { bytes: bytes.subarray(0, end) };
    rest = bytes.subarray(end);
    if (rest.length > lineBytesMax) {
      yield { bytes: rest, tooLong: true };
      rest = Buffer.alloc(0);
      skipping = true;
    }
  }
  if (rest.length > 0) yield { bytes: rest };
}
