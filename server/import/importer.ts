import { agentReader } from '../../collector/agent.ts';
import { importSalts } from '../../collector/import/import-salts.ts';
import { lineImporter } from '../../collector/import/line-importer.ts';
import type { PlaceOf } from '../../collector/place-reader.ts';
import { salts } from '../../collector/salts.ts';
import { fileAt } from '../../collector/time.ts';
import { isoOfDay } from '../../core/day.ts';
import type { Limits } from '../../core/limits.ts';
import type { Site } from '../../core/site.ts';
import type { ImportArguments } from './arguments.ts';
import { openGrowing } from './follow.ts';
import { importFile } from './import-file.ts';
import type { Progress } from './progress.ts';
import type { Source } from './source.ts';
import { summaryOf } from './summary.ts';
import { newTally } from './tally.ts';
import type { Tally } from './tally.ts';
import type { Target } from '../target.ts';

/** Imports files one after the other, with what they share. */
export interface Importer {
  take(source: Source, name: string, signal: AbortSignal, bar: Progress): Promise<void>;
  follow(name: string, signal: AbortSignal, bar: Progress): Promise<void>;
  /** All is counted: what told visitors apart is gone. */
  end(): Promise<void>;
  /** The site's days of what was taken, as the dashboard's address has them: `2026-10-01..2026-10-31`. */
  range(): string | undefined;
  /** Whether there were lines, and all of them broken. */
  hasNothing(): boolean;
}

export async function importerOf(
  asked: ImportArguments,
  site: Site,
  target: Target,
  { limits, placeOf }: { limits: Limits; placeOf: PlaceOf },
  print: (line: string) => void,
): Promise<Importer> {
  const { documents } = target.store;
  const now = Date.now;
  const live = salts({ documents, limits, now, onError: () => {} });
  const daySalts = importSalts({ live, documents, hours: limits.importSaltHours, now });
  const kept = (await documents.get('store', 'id')) as { id: string } | undefined;
  const shared = {
    site,
    hostname: asked.hostname,
    choices: asked.choices,
    exportedSite: asked.site === undefined ? site.id : undefined,
    store: kept?.id,
    salts: daySalts,
    readAgent: agentReader(limits.agentCacheMax),
    placeOf,
    limits,
    now,
  };
  const tallies: Tally[] = [];

  async function take(source: Source, name: string, signal: AbortSignal, bar: Progress) {
    const tally = newTally();
    tallies.push(tally);
    bar.show(name, source, tally);
    await importFile({
      source,
      name: name === '-' ? undefined : name,
      site: site.id,
      choices: asked.chosen,
      target,
      takerOf: (idOf) => lineImporter({ ...shared, idOf }),
      tally,
      limits,
      signal,
    });
    bar.end();
    if (!signal.aborted) print(summaryOf(name, tally, false));
  }

  return {
    take,
    // What was read by the signal is counted before it ends.
    follow: (name, signal, bar) =>
      take(openGrowing(name, limits.importFollowMs, signal), name, new AbortController().signal, bar),
    end: () => daySalts.end(site),
    range() {
      const taken = tallies.filter((tally) => tally.taken > 0);
      if (taken.length === 0) return undefined;
      const dayOf = (time: number) => isoOfDay(fileAt(site.zone, time).day);
      const first = dayOf(Math.min(...taken.map((tally) => tally.first)));
      return `${first}..${dayOf(Math.max(...taken.map((tally) => tally.last)))}`;
    },
    hasNothing: () => tallies.some(({ lines }) => lines > 0) && tallies.every(allBroken),
  };
}

function allBroken({ lines, skipped }: Tally): boolean {
  return lines === (skipped.get('broken')?.count ?? 0);
}
