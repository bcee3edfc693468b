import { parseExported } from '../../collector/import/exported.ts';
import { places } from '../../collector/places.ts';
import { Refusal } from '../../collector/refusal.ts';
import { sites } from '../../collector/sites.ts';
import { Unusable } from '../../core/errors.ts';
import { limits as defaults } from '../../core/limits.ts';
import type { Site } from '../../core/site.ts';
import { isLoopback } from '../config.ts';
import type { Config } from '../config.ts';
import { IMPORT_USAGE, readImportArguments } from './arguments.ts';
import type { ImportArguments } from './arguments.ts';
import { blocksOf } from './blocks.ts';
import { dryRun } from './dry-run.ts';
import { untilThere } from './follow.ts';
import { peek } from './import-file.ts';
import { importerOf } from './importer.ts';
import { progress } from './progress.ts';
import type { Progress } from './progress.ts';
import { openSource } from './source.ts';
import { openTarget } from '../target.ts';
import type { Target } from '../target.ts';

const print = (line: string): void => console.log(line);

/**
 * `footfall import`.
 *
 * @param args as they stand behind the command's name
 * @returns the exit code: 0, 1 (stopped, or no line was of a known format) or 2 (wrong usage)
 * @throws Unusable (rejects) for what a person must mend
 */
export async function importCommand(args: string[], config: Config): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    print(IMPORT_USAGE);
    return 0;
  }
  const asked = readArguments(args);
  if (typeof asked === 'string') {
    console.error(`footfall: ${asked}\n\n${IMPORT_USAGE}`);
    return 2;
  }
  const bar = progress(process.stderr);
  try {
    if (asked.dryRun) {
      await dryRun(asked, { ...defaults, ...config.limits }, bar, print);
      return 0;
    }
    return await importAll(asked, config, bar);
  } finally {
    bar.end();
  }
}

function readArguments(args: string[]): ImportArguments | string {
  try {
    return readImportArguments(args);
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError) return error.message;
    throw error;
  }
}

async function importAll(asked: ImportArguments, config: Config, bar: Progress): Promise<number> {
  const limits = { ...defaults, ...config.limits };
  // Before anything is made: a name that is wrong should not leave a site behind.
  const { of: placeOf } = places({ file: config.placesFile, limits, log: (line) => console.error(line) });
  const siteId = asked.site ?? (await siteOfExport(asked.files[0] ?? '', limits.importLineBytesMax));
  const stopping = stopOnSignal();
  const target = await openTarget(config, (line) => console.error(line));
  try {
    const site = await findSite(siteId, target, config);
    const run = await importerOf(asked, site, target, { limits, placeOf }, print);
    for (const name of asked.follow ? asked.files.slice(0, -1) : asked.files) {
      if (stopping.aborted) break;
      await run.take(openSource(name), name, stopping, bar);
    }
    const followed = asked.files.at(-1) ?? '';
    while (asked.follow && !stopping.aborted) {
      await untilThere(followed, limits.importFollowMs, stopping);
      if (!stopping.aborted) await run.follow(followed, stopping, bar);
    }
    if (stopping.aborted && !asked.follow) return stopped();
    await run.end();
    if (run.hasNothing()) return noFormat();
    const range = run.range();
    if (range) print(whereToSee(target, config, `?site=${encodeURIComponent(site.id)}&range=${range}`));
    return 0;
  } catch (error) {
    if (!stopping.aborted) throw error;
    return stopped();
  } finally {
    bar.end();
    await target.close();
  }
}

function whereToSee({ reporting }: Target, { reportingPort }: Config, query: string): string {
  if (reporting !== undefined) return `See them at ${reporting}/${query}`;
  return `Start Footfall, and see them at http://localhost:${reportingPort}/${query}`;
}

function stopped(): number {
  print('Stopped. The same command goes on from here.');
  return 1;
}

function noFormat(): number {
  console.error('footfall: no line was of a known format (footfall import --help).');
  return 1;
}

/** A second signal ends the process at once: what is in the queue is safe, and the rest is read again. */
function stopOnSignal(): AbortSignal {
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (stopping.signal.aborted) process.exit(1);
      stopping.abort();
      // Nothing may come from it for long.
      process.stdin.destroy();
    });
  }
  return stopping.signal;
}

/** The site that an export was made of. */
async function siteOfExport(name: string, lineBytesMax: number): Promise<string> {
  const { first = '' } = await peek(blocksOf(openSource(name).content, lineBytesMax));
  const exported = parseExported(jsonOf(first));
  if (!exported) throw new Unusable(`${name} is a log: name the site that it is of by --site.`);
  return exported.site;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The site as the collector finds it: on loopback it comes into being now. */
async function findSite(id: string, { store }: Target, config: Config): Promise<Site> {
  const limits = { ...defaults, ...config.limits };
  const autoSites = isLoopback(config.collectorPublishedHost);
  const known = sites({ documents: store.documents, autoSites, limits, now: Date.now, onError: () => {} });
  const found = await known.find(id, true);
  if (found instanceof Refusal) throw new Unusable(`${found.field} ${id}: ${found.message}. To mend it: ${found.fix}.`);
  return found;
}
