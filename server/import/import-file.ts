import { createHash } from 'node:crypto';
import type { Outcome } from '../../collector/import/line-importer.ts';
import type { Imported } from '../../core/import.ts';
import type { Limits } from '../../core/limits.ts';
import { partitionOf } from '../../core/partition.ts';
import { blocksOf } from './blocks.ts';
import type { Block } from './blocks.ts';
import { eventIdOf, identify } from './identity.ts';
import { partsOf } from './parts.ts';
import { senderOf } from './sender.ts';
import { openSource } from './source.ts';
import type { Source } from './source.ts';
import type { Tally } from './tally.ts';
import type { Target } from '../target.ts';

export interface ImportFileOptions {
  source: Source;
  /** To read it again; undefined for standard input. */
  name: string | undefined;
  site: string;
  choices: string;
  target: Target;
  /** Makes what takes a line; it is given what makes the ids of events. */
  takerOf: (idOf: (time: number, at: number) => string) => (line: string, at: number) => Outcome | Promise<Outcome>;
  tally: Tally;
  limits: Limits;
  signal: AbortSignal;
}

/**
 * Imports one file, from where earlier runs ended. Resolves when all of it is counted, or `signal` is aborted.
 *
 * @throws Unusable (rejects); what is counted by then stays counted, and the next run goes on there
 */
export async function importFile(options: ImportFileOptions): Promise<void> {
  const { source, name, site, choices, target, takerOf, tally, limits, signal } = options;
  const { first, blocks } = await peek(blocksOf(source.content, limits.importLineBytesMax));
  if (first === undefined) return;
  const { documents } = target.store;
  const partition = partitionOf(site, target.queue.partitions);
  const beginsWith = name === undefined ? undefined : (imported: Imported) => hasPrefix(name, imported);
  const file = await identify({ documents, site, partition, firstLine: first, choices, beginsWith });

  const sender = senderOf({ target, site, file, limits, signal });
  const start = await sender.claim();
  let sending: Promise<void> = Promise.resolve();
  for await (const part of partsOf({ blocks, start, take: takerOf(eventIdOf(file)), tally, limits })) {
    // The next part is read while this one is written.
    await sending;
    sending = sender.send(part);
    sending.catch(() => {});
    if (signal.aborted) break;
  }
  await sending;
  if (!signal.aborted) await sender.settle();
}

/** The first line, and the blocks with it. Waits for one in a file that is followed; undefined where there is none. */
export async function peek(
  blocks: AsyncGenerator<Block>,
): Promise<{ first: string | undefined; blocks: AsyncIterable<Block> }> {
  for (let next = await blocks.next(); !next.done; next = await blocks.next()) {
    const { value } = next;
    if (value.idle) continue;
    const end = value.bytes.indexOf('\n');
    const first = value.bytes.toString('utf8', 0, end < 0 ? value.bytes.length : end);
    async function* again(): AsyncGenerator<Block> {
      yield value;
      yield* blocks;
    }
    return { first, blocks: again() };
  }
  return { first: undefined, blocks };
}

/** Whether a file begins with what was imported. */
async function hasPrefix(name: string, { position, sha256 }: Imported): Promise<boolean> {
  const hash = createHash('sha256');
  let left = position;
  for await (const chunk of openSource(name).content) {
    hash.update(chunk.subarray(0, left));
    left -= Math.min(left, chunk.length);
    if (left === 0) return hash.digest('hex') === sha256;
  }
  return false;
}
