import { parseArgs } from 'node:util';
import { dayOfIso } from '../../core/day.ts';
import { Unusable } from '../../core/errors.ts';
import { limits as defaults } from '../../core/limits.ts';
import { partitionOf } from '../../core/partition.ts';
import type { Store } from '../../core/ports.ts';
import { SITE_KIND } from '../../core/site.ts';
import type { Config } from '../config.ts';
import { withStore } from '../with-store.ts';
import { eventsOf, lineOf, storeIdOf } from './events.ts';
import { writeOut } from './output.ts';
import { withVisits } from './visits.ts';

const USAGE = `footfall export --site ID [options]

Writes what has been counted of a site; what still waits in the queue is not in it. A server may be running.

  --site ID            the site
  --visits             visits, one row each; without it events, as NDJSON
  --format FORMAT      of visits: csv or parquet
  --from DATE          only from this day of the site on (2026-11-01)
  --to DATE            only up to this day, which is included
  --out FILE           where to; without it to standard output
  --help

docs/import-export.md says what is in it.
`;

interface Asked {
  site: string;
  /** Of visits. Undefined: events. */
  format: string | undefined;
  out: string | undefined;
  /** ISO dates. */
  from: string | undefined;
  to: string | undefined;
}

class UsageError extends Error {}

/**
 * `footfall export`: a site's events or visits into a file.
 *
 * @param args as they stand behind `export`
 * @returns the exit code: 0, or 2 for wrong usage
 * @throws Unusable for what a person must mend
 * @example
 * await exportCommand(['--site', 'example.com', '--out', 'events.ndjson'], readConfig());
 */
export async function exportCommand(args: string[], config: Config): Promise<number> {
  let asked: Asked | 'help';
  try {
    asked = askedIn(args);
  } catch (error) {
    // A TypeError is what parseArgs throws.
    if (!(error instanceof UsageError || error instanceof TypeError)) throw error;
    console.error(`footfall: ${error.message}\n\n${USAGE}`);
    return 2;
  }
  if (asked === 'help') console.log(USAGE);
  else await exportAsked(asked, config);
  return 0;
}

/** @throws UsageError or TypeError, which say what is wrong */
function askedIn(args: string[]): Asked | 'help' {
  const { values } = parseArgs({
    args,
    options: {
      help: { type: 'boolean', short: 'h' },
      site: { type: 'string' },
      visits: { type: 'boolean', default: false },
      format: { type: 'string' },
      from: { type: 'string' },
      to: { type: 'string' },
      out: { type: 'string' },
    },
  });
  const { help, site, visits, format, from, to, out } = values;
  if (help) return 'help';
  if (!site) throw new UsageError('export takes --site and its id');
  if (!visits && format !== undefined) throw new UsageError('--format is for --visits');
  if (visits && format !== 'csv' && format !== 'parquet')
    throw new UsageError('--visits takes --format csv or parquet');
  for (const [name, date] of Object.entries({ from, to })) {
    if (date !== undefined && dayOfIso(date) === undefined) {
      throw new UsageError(`--${name} takes a date such as 2026-11-22`);
    }
  }
  if (from !== undefined && to !== undefined && from > to) throw new UsageError('--from is after --to');
  if (out === '') throw new UsageError('--out takes the name of a file');
  if (format === 'parquet' && out === undefined && process.stdout.isTTY) {
    throw new UsageError('parquet is nothing to read on a terminal: name a file by --out');
  }
  return { site, format, from, to, out };
}

function exportAsked(asked: Asked, config: Config): Promise<void> {
  const ending = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => ending.abort());
  return withStore(config, async (store, partitions) => {
    if ((await store.documents.get(SITE_KIND, asked.site)) === undefined) {
      throw new Unusable(`there is no site ${asked.site}`);
    }
    try {
      const opened = { config, store, partitions, signal: ending.signal };
      await (asked.format === undefined ? exportEvents(asked, opened) : exportVisits(asked, opened));
    } catch (error) {
      throw ending.signal.aborted ? new Unusable('the export was ended before its end', { cause: error }) : error;
    }
  });
}

interface Opened {
  config: Config;
  store: Store;
  partitions: number;
  signal: AbortSignal;
}

async function exportEvents({ site, out, from, to }: Asked, opened: Opened): Promise<void> {
  const { config, store, partitions, signal } = opened;
  const id = await storeIdOf(store.documents);
  let count = 0;
  async function* lines(): AsyncGenerator<string> {
    const wanted = {
      site,
      partition: partitionOf(site, partitions),
      from: from === undefined ? undefined : dayOfIso(from),
      to: to === undefined ? undefined : dayOfIso(to),
      rowsMax: config.limits.exportReadRowsMax ?? defaults.exportReadRowsMax,
    };
    for await (const events of eventsOf(store, wanted)) {
      signal.throwIfAborted();
      count += events.length;
      yield events.map((event) => lineOf(id, event)).join('');
    }
  }
  if (await writeOut(out, lines())) console.error(`${count} events of ${site} exported.`);
}

async function exportVisits({ site, format = '', out, from, to }: Asked, opened: Opened): Promise<void> {
  const parameters = { site_id: site, format, ...(from && { from }), ...(to && { to }) };
  const say = (text: string): unknown => process.stderr.isTTY && process.stderr.write(`\r${text}\u001B[K`);
  await withVisits(
    {
      ...opened,
      parameters,
      onBuilding: (progress) => say(`putting the numbers together: ${Math.floor(100 * progress)} %`),
    },
    async (visits) => {
      say('');
      await writeOut(out, visits);
    },
  );
}
