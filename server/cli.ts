import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { lockFolder } from '../adapters/sqlite/lock.ts';
import { repairQueue } from '../adapters/sqlite/repair.ts';
import { dayOfIso } from '../core/day.ts';
import { messageOf, Unavailable, Unusable } from '../core/errors.ts';
import { limits as defaults } from '../core/limits.ts';
import { replaceToken } from './access.ts';
import { administration } from './administration.ts';
import { readConfig } from './config.ts';
import { exportCommand } from './export/command.ts';
import { health } from './health.ts';
import { importCommand } from './import/command.ts';
import { start } from './main.ts';
import { openQueue, openStore } from './open.ts';
import { listQuarantine, replayQuarantine } from './quarantine.ts';
import { addSampleTo } from './sample-command.ts';
import { removeSample } from './sample.ts';
import { stopOnSignals } from './shutdown.ts';
import { settingsOf, siteCommands, siteOptions, takesSite } from './site-commands.ts';
import type { SiteCall } from './site-commands.ts';
import { verify } from './verify.ts';
import { withStore } from './with-store.ts';

const USAGE = `footfall [command]

  start                        collector, worker and reporting on one data folder (the default command)
  health                       ask what runs with these settings how it is; exits with 1 if it is not well
  site add ID                  make a site, and print the key for its servers
      --zone ZONE              its time zone (IANA name; default UTC)
      --hostname HOST          a host whose pages may report; repeat it for several (default: any)
      --gpc count|drop|ignore  browsers that ask for privacy: without a visitor (default), not at all, as all others
      --automation refuse|count  browsers that a program drives: not at all (default), as all others, for tests
      --masking on|off         hide e-mail addresses, card numbers and tokens in what pages send (default on)
      --query-param NAME       a parameter that is part of a page's address; repeat it for several
      --visitor-life day|week|month
                               how long a browser's visitor is known as the same one
      --keep-events-days N, --keep-visits-days N
                               days for which raw events, and visits, are kept (ever: the default)
      --exclude-address RANGE, --exclude-country CODE, --exclude-path GLOB
                               what is not counted; repeat each for several
  site set ID                  change these settings of a site, but for the zone; a list is given whole, and "" empties it
  site list                    the sites
  site key ID                  make a new key for a site's servers
  verify                       recount from the raw events, and compare; exits with 1 on a difference
      --site ID --date DATE    only this site, only this day
  import FILE...               page views from web servers' logs, and events of an export (import --help)
  export --site ID             events and visits into a file (export --help)
  erase --site ID --user ID    (or --user-id) remove a person's events and visits
  sample add                   make two months of sample data, under the site "sample"
  sample remove                remove it
  token                        make a new token for reports and administration
  quarantine list              entries that could not be applied
  quarantine replay            put them back into the queue (while no server runs)
  repair                       make a new log of what can be read of a damaged one (while no server runs)
  --help, --version

Settings come from the environment: DATA (folder, ./data), PORT (3001), REPORTING_PORT (3002), HOST and REPORTING_HOST
(127.0.0.1), TRUSTED_PROXIES, SITES_FILE, PARTITIONS, and a name for each limit. docs/settings.md explains them all.
`;

const print = (line: string): void => console.log(line);

interface Call extends SiteCall {
  site: string;
  user: string;
  date: string;
}

type Command = (call: Call) => Promise<number>;

const commands: Record<string, Command> = {
  start: startCommand,
  health: async ({ config }) => {
    const { well, lines } = await health(config);
    for (const line of lines) print(line);
    return well ? 0 : 1;
  },
  ...siteCommands(usageError),
  verify: verifyCommand,
  erase: (call) =>
    withStore(call.config, async (store, partitions) => {
      if (!call.site || !call.user) return usageError('erase takes --site and --user');
      const { limits } = call.config;
      const events = await administration({ store, partitions, limits }).erase(call.site, call.user);
      if (events === undefined) throw new Unusable(`there is no site ${call.site}`);
      print(`${events} events erased.`);
      return 0;
    }),
  'sample add': async ({ config }) => {
    print(await addSampleTo(config));
    return 0;
  },
  'sample remove': (call) =>
    withStore(call.config, async (store, partitions) => {
      print(`${await removeSample({ store, partitions, limits: call.config.limits })} sample events removed.`);
      return 0;
    }),
  token: (call) =>
    withStore(call.config, async (store) => {
      print(
        `The new token, shown only this once; the one before is void:\n\n  ${await replaceToken(store.documents)}\n`,
      );
      return 0;
    }),
  'quarantine list': (call) =>
    withStore(call.config, async (store) => {
      for (const entry of await listQuarantine(store.documents)) print(JSON.stringify(entry));
      return 0;
    }),
  'quarantine replay': replayCommand,
  repair: repairCommand,
};

async function startCommand({ config }: Call): Promise<number> {
  const running = await start(config, print);
  const msMax = config.limits.shutdownMsMax ?? defaults.shutdownMsMax;
  return stopOnSignals(running.stop, { msMax, withParent: config.stopWithParent, log: print });
}

function verifyCommand(call: Call): Promise<number> {
  return withStore(call.config, async (store, partitions) => {
    const day = call.date ? dayOfIso(call.date) : undefined;
    if (call.date && day === undefined) return usageError('--date takes a date such as 2025-11-12');
    const { limits } = call.config;
    const { siteDays, events, forgotten, differences } = await verify(store, {
      partitions,
      site: call.site || undefined,
      day,
      limits,
    });
    for (const difference of differences) print(difference);
    const unknown = forgotten > 0 ? `, ${forgotten} site days without raw events` : '';
    print(`${siteDays} site days, ${events} events, ${differences.length} differences${unknown}`);
    return differences.length === 0 ? 0 : 1;
  });
}

function replayCommand(call: Call): Promise<number> {
  return withLock(call, () =>
    withStore(call.config, async (store) => {
      const queue = await openQueue(call.config, { writer: true });
      print(`${await replayQuarantine(store.documents, queue)} entries are in the queue again.`);
      await queue.close();
      return 0;
    }),
  );
}

function repairCommand(call: Call): Promise<number> {
  if (call.config.queueUrl !== undefined) throw new Unusable('QUEUE_URL is set: repair is for a queue that is a file.');
  return withLock(call, async () => {
    const store = await openStore(call.config);
    const { kept, lost, aside } = await repairQueue(call.config.data, (partition) => store.position(partition));
    await store.close();
    print(`${kept} entries kept. The damaged log is in ${aside}.`);
    for (const { partition, entries } of lost)
      print(`Partition ${partition}: ${entries} acknowledged entries cannot be read.`);
    if (lost.length === 0) print('Nothing that was acknowledged is lost.');
    return lost.length === 0 ? 0 : 1;
  });
}

async function withLock(call: Call, work: () => Promise<number>): Promise<number> {
  const release = lockFolder(call.config.data);
  try {
    return await work();
  } finally {
    release();
  }
}

function usageError(message: string): number {
  console.error(`footfall: ${message}\n\n${USAGE}`);
  return 2;
}

function version(): string {
  const up = import.meta.url.endsWith('.ts') ? '..' : '../..';
  const manifest = JSON.parse(readFileSync(join(import.meta.dirname, up, 'package.json'), 'utf8')) as {
    version: string;
  };
  return manifest.version;
}

/** Whether its message says all; where it was made tells a person nothing. */
function isForPeople(error: unknown): boolean {
  return error instanceof Unusable || error instanceof Unavailable || error instanceof RangeError;
}

/**
 * Runs one command.
 *
 * @param args as they stand behind the program's name
 * @returns the exit code: 0, 1 (it could not be done, or there are differences) or 2 (wrong usage)
 */
export async function run(args: string[]): Promise<number> {
  const [own = '', ...rest] = args;
  try {
    if (own === 'import') return await importCommand(rest, readConfig());
    if (own === 'export') return await exportCommand(rest, readConfig());
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean', short: 'v' },
        site: { type: 'string', default: '' },
        user: { type: 'string', default: '' },
        'user-id': { type: 'string', default: '' },
        date: { type: 'string', default: '' },
        ...siteOptions,
      },
    });
    if (values.help) print(USAGE);
    if (values.version) print(version());
    if (values.help || values.version) return 0;
    const [first = 'start', second = ''] = positionals;
    const name = Object.hasOwn(commands, first) ? first : `${first} ${second}`;
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (!command) return usageError(`no command "${positionals.join(' ')}"`);
    const [id = '', ...more] = positionals.slice(name.split(' ').length);
    if (more.length > 0 || (id && !takesSite(name))) return usageError(`too many arguments for ${name}`);
    const { site, date } = values;
    const user = values.user || values['user-id'];
    const settings = settingsOf(values);
    return await command({ config: readConfig(), site, user, date, settings, id });
  } catch (error) {
    if (error instanceof TypeError && 'code' in error) return usageError(error.message);
    console.error(`footfall: ${isForPeople(error) ? messageOf(error) : ((error as Error).stack ?? messageOf(error))}`);
    return 1;
  }
}

/** Resolves when all that was printed is out: a pipe takes only so much at once, and an exit would cut off the rest. */
function printed(): Promise<unknown> {
  return Promise.all([process.stdout, process.stderr].map((stream) => new Promise((done) => stream.write('', done))));
}

if (import.meta.main) {
  const code = await run(process.argv.slice(2));
  await printed();
  process.exit(code);
}
