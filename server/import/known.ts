import type { Hash } from 'node:crypto';
import { Unusable } from '../../core/errors.ts';
import type { Block } from './blocks.ts';
import type { Tally } from './tally.ts';

const NEWLINE = 0x0a;

const CHANGED =
  'the file does not begin any more with what was imported from it. Import the lines that are new as a file of their own.';

/**
 * What comes behind the part of a file that was imported before. That part is only read, counted and compared.
 *
 * @param hash is fed with that part
 * @throws Unusable (rejects) if the file begins otherwise now
 */
export async function* behindKnown(
  blocks: AsyncIterable<Block>,
  start: { position: number; sha256: string },
  hash: Hash,
  tally: Tally,
): AsyncGenerator<Block> {
  let left = start.position;
  const compare = () => {
    if (hash.copy().digest('hex') !== start.sha256) throw new Unusable(CHANGED);
  };
  if (left === 0) compare();
  for await (const block of blocks) {
    const known = block.bytes.subarray(0, left);
    if (known.length > 0) {
      hash.update(known);
      left -= known.length;
      for (let n = known.indexOf(NEWLINE); n >= 0; n = known.indexOf(NEWLINE, n + 1)) tally.before += 1;
      if (left === 0) compare();
    }
    if (known.length === 0 || known.length < block.bytes.length) {
      yield { ...block, bytes: block.bytes.subarray(known.length) };
    }
  }
  if (left > 0) throw new Unusable(CHANGED);
}
