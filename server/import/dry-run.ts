import { agentReader } from '../../collector/agent.ts';
import { hmacKey } from '../../collector/hmac.ts';
import { lineImporter } from '../../collector/import/line-importer.ts';
import type { Limits } from '../../core/limits.ts';
import { NOTHING_READ } from '../../core/import.ts';
import { newSite } from '../../core/site.ts';
import type { ImportArguments } from './arguments.ts';
import { blocksOf } from './blocks.ts';
import { eventIdOf } from './identity.ts';
import { partsOf } from './parts.ts';
import type { Progress } from './progress.ts';
import { openSource } from './source.ts';
import { summaryOf } from './summary.ts';
import { newTally } from './tally.ts';

/** Reads and judges, as the import does, and writes nothing: neither a site nor data need be there. */
export async function dryRun(
  { files, site: id = 'dry-run', hostname, choices }: ImportArguments,
  limits: Limits,
  bar: Progress,
  print: (line: string) => void,
): Promise<void> {
  const { site } = newSite(id);
  const salt = hmacKey(Buffer.from('nobody is to be told apart'));
  const readAgent = agentReader(limits.agentCacheMax);
  const idOf = eventIdOf('000000');
  const salts = { of: () => salt };
  const take = lineImporter({ site, hostname, choices, salts, readAgent, idOf, limits, now: Date.now });
  for (const name of files) {
    const source = openSource(name);
    const tally = newTally();
    bar.show(name, source, tally);
    const start = { position: 0, sha256: NOTHING_READ };
    const blocks = blocksOf(source.content, limits.importLineBytesMax);
    for await (const part of partsOf({ blocks, start, take, tally, limits })) void part;
    bar.end();
    print(summaryOf(name, tally, true));
  }
}
