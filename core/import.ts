import { createHash } from 'node:crypto';
import { z } from 'zod';

/**
 * Imported files. A file is a log: its content tells which one it is, a byte is the position in it. How far it has been
 * applied lies in the store, in a document that moves in the same transaction as what the file said. So a file counts
 * once, for ever, however often its import is stopped, killed or repeated.
 */

/** The kind under which the store's documents keep how far files have been imported, by `importId`. */
export const IMPORT_KIND = 'import';

/** SHA-256 of nothing, in hex: what lies before a file's first byte. */
export const NOTHING_READ = createHash('sha256').digest('hex');

/**
 * Which part of an imported file an entry of the log is. An entry without `to` is a claim: from then on only the run of
 * an import that made it may go on, and what an earlier run still has in the log counts no more.
 */
export const filePartSchema = z.object({
  /** The file; with the site it names the document. */
  file: z.string(),
  /** Id of one run of the import. */
  run: z.string(),
  /** Bytes of the file where the part begins and ends. */
  from: z.number().int().min(0).optional(),
  to: z.number().int().min(0).optional(),
  /** SHA-256 in hex of the file up to `to`. */
  sha256: z.string().optional(),
});

/** How far a file has been imported. */
export const importedSchema = z.object({
  site: z.string(),
  /** What was chosen for the import, as text: the same file with other choices would count lines twice. */
  choices: z.string(),
  /** The run that may go on. */
  run: z.string(),
  /** The last ones before it, by which a run knows that another has taken over from it. */
  past: z.array(z.string()).optional(),
  /** Bytes of the file that have been applied, and their SHA-256 in hex. */
  position: z.number().int(),
  sha256: z.string(),
});

export type FilePart = z.infer<typeof filePartSchema>;
export type Imported = z.infer<typeof importedSchema>;

/** The id of a file's document. */
export function importId(site: string, file: string): string {
  return `${site}|${file}`;
}

/**
 * What a file's document becomes by an entry of the log. Undefined: the entry does not follow what has been applied, and
 * nothing of it may be.
 *
 * @param known the document; undefined where there is none
 * @example
 * const next = advance(documents.get(IMPORT_KIND, importId(entry.site, part.file)), part);
 * if (next) documents.put(IMPORT_KIND, importId(entry.site, part.file), next);
 */
export function advance(known: unknown, part: FilePart): Imported | undefined {
  const imported = importedSchema.safeParse(known).data;
  if (!imported) return undefined;
  if (part.to === undefined) return claimed(imported, part.run);
  const follows = imported.run === part.run && imported.position === part.from;
  return follows ? { ...imported, position: part.to, sha256: part.sha256 ?? '' } : undefined;
}

/** As many runs are remembered: more do not claim a file at the same moment. */
const PAST_MAX = 20;

function claimed(imported: Imported, run: string): Imported {
  if (imported.run === '' || imported.run === run) return { ...imported, run };
  return { ...imported, run, past: [...(imported.past ?? []), imported.run].slice(-PAST_MAX) };
}
