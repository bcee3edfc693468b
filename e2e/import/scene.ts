import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { sampleLog } from '../../collector/import/sample-log.contract.ts';
import { randomOf } from '../../core/sample.contract.ts';
import type { StoredEvent } from '../../core/ports.ts';
import { eventsOf, withStore } from '../support/contents.ts';

/** What the tests of the import share: logs, and what a data folder has come to. */

/** Real logs, where they are there. */
export const realLogs = {
  nasa: dataFile('nasa-1995-08-01.common.log.gz'),
  semicomplete: dataFile('semicomplete-2015-05.combined.log.gz'),
};

function dataFile(name: string): { file: string; exists: boolean; lines: () => string[] } {
  const file = fileURLToPath(new URL(`../../../shared/data/${name}`, import.meta.url));
  return {
    file,
    exists: existsSync(file),
    lines: () => gunzipSync(readFileSync(file)).toString().trimEnd().split('\n'),
  };
}

/** Writes a log of a week in October 2026 beside a data folder, and answers its name. */
export function writeLog(data: string, lines: number, { seed = 1, name = 'access.log' } = {}): string {
  const file = join(dirname(data), name);
  mkdirSync(dirname(file), { recursive: true });
  const options = { lines, from: Date.UTC(2026, 9, 5), days: 7, visitors: 40 };
  writeFileSync(file, [...sampleLog(randomOf(seed), options)].join(''));
  return file;
}

/** What a site has come to, but for the visitors' keys, which are others after each import. */
export interface Numbers {
  pageviews: number;
  visitors: number;
  /** By day and path. */
  views: Map<string, number>;
  /** Each visit as a text, sorted. */
  visits: string[];
  /** Which line's event is there, in the order of the lines. */
  ids: string[];
}

/** Reads a folder's store while nothing writes to it. */
export function numbersOf(folder: string, site: string): Promise<Numbers> {
  return withStore(folder, async (store) => {
    const events = (await eventsOf(store)).filter((event) => event.site === site);
    const states = [];
    for (let partition = 0; partition < 8; partition++) {
      states.push(...(await store.changes(partition, 0, Number.MAX_SAFE_INTEGER)).visitorDays);
    }
    const mine = states.filter((one) => one.site === site);
    const visits = mine.flatMap(({ day, state }) =>
      state.visits.map(({ start, last, views, first }) =>
        JSON.stringify([day, start, last, views.map(({ path, id }) => [path, id]), first.acquisition, first.context]),
      ),
    );
    return {
      pageviews: events.length,
      visitors: mine.length,
      views: tally(events),
      visits: visits.toSorted(),
      ids: events.map(({ id }) => id).toSorted(),
    };
  });
}

function tally(events: StoredEvent[]): Map<string, number> {
  const views = new Map<string, number>();
  for (const { day, path } of events) views.set(`${day} ${path}`, (views.get(`${day} ${path}`) ?? 0) + 1);
  return new Map([...views].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
