import { parseArgs } from 'node:util';
import { choicesOf } from '../../collector/import/choices.ts';
import type { Choices } from '../../collector/import/choices.ts';

export const IMPORT_USAGE = `footfall import --site ID FILE...
footfall import EXPORT...

Takes page views from web servers' logs, and events of "footfall export". The formats are told by the lines: common and
combined (Apache, nginx), these with the host before them, Caddy's JSON. gzip and zstd are unpacked; - is standard input.
It works beside a server that runs, or by itself. Stopped, killed or repeated, it goes on where it was: nothing counts
twice, whatever the file is called then, and however it has grown.

  --site ID          the site; for an export the default is the site that it was made of
  --hostname HOST    the host of the pages, where the log does not tell it (default: the site's first hostname, or its
                     id): referrers of that host are no sources
  --follow           stay on the last file, which grows and is rotated, until Ctrl-C
  --dry-run          only read and judge, write nothing
  --path PATTERN     only pages of such paths, without their query; * stands for anything: --path '/blog/*'
  --host PATTERN     only of hosts that were asked for, in logs that tell them
  --client PATTERN   only of such visitors: an address, a range (10.0.0.0/8), a host's name (*.example.com)
                     A pattern that begins with ! leaves out what it matches: --path '!/api/*'
  --status STATUS    which answers were pages that were shown: 200, 4xx (default: 2xx and 304)
                     These four may be given several times.
  --help

Name all files of a month in one command: visitors are told apart by a salt of their day, which is gone when the import
ends. docs/import-export.md says what is taken for a page view.
`;

/** What was asked for. */
export interface ImportArguments {
  files: string[];
  site: string | undefined;
  hostname: string | undefined;
  follow: boolean;
  dryRun: boolean;
  choices: Choices;
  /** All that says which lines count, as text: it is kept with a file. */
  chosen: string;
}

/**
 * Reads the arguments of `footfall import`.
 *
 * @throws TypeError for unknown ones, RangeError for wrong values; the message says which
 */
export function readImportArguments(args: string[]): ImportArguments {
  const many = { type: 'string', multiple: true, default: [] as string[] } as const;
  const { values, positionals: files } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      site: { type: 'string' },
      hostname: { type: 'string' },
      follow: { type: 'boolean', default: false },
      'dry-run': { type: 'boolean', default: false },
      path: many,
      host: many,
      client: many,
      status: many,
    },
  });
  const {
    site,
    hostname,
    follow,
    'dry-run': dryRun,
    path: paths,
    host: hosts,
    client: clients,
    status: statuses,
  } = values;
  check({ files, site, hostname, follow, dryRun });
  return {
    files,
    site,
    hostname,
    follow,
    dryRun,
    choices: choicesOf({ paths, hosts, clients, statuses }),
    chosen: JSON.stringify({
      ...(paths.length > 0 && { path: paths.toSorted() }),
      ...(hosts.length > 0 && { host: hosts.toSorted() }),
      ...(clients.length > 0 && { client: clients.toSorted() }),
      ...(statuses.length > 0 && { status: statuses.toSorted() }),
    }),
  };
}

function check({ files, site, hostname, follow, dryRun }: Omit<ImportArguments, 'choices' | 'chosen'>): void {
  const hasInput = files.includes('-');
  if (files.length === 0) throw new RangeError('import takes the files to read, or - for standard input');
  if (hasInput && files.length > 1) throw new RangeError('- stands alone');
  if (hasInput && site === undefined && !dryRun) throw new RangeError('--site is needed with -');
  if (hostname !== undefined && (/[\s/?#@\\]/.test(hostname) || !URL.canParse(`http://${hostname}/`))) {
    throw new RangeError('--hostname takes a bare host such as example.com, without scheme and path');
  }
  if (follow && hasInput) throw new RangeError('--follow takes a file; standard input is read to its end anyway');
  if (follow && dryRun) throw new RangeError('--follow and --dry-run exclude each other');
}
