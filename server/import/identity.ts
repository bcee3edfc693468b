import { createHash } from 'node:crypto';
import { Unusable } from '../../core/errors.ts';
import { IMPORT_KIND, importedSchema, importId, NOTHING_READ } from '../../core/import.ts';
import type { Imported } from '../../core/import.ts';
import type { Documents } from '../../core/ports.ts';

/** Characters of a first line that count: of one that is too long, no more may be at hand. */
const FIRST_LINE_CHARS = 4096;

/** As many files that begin with the same line are told apart. */
const SAME_FIRST_LINE_MAX = 1000;

export interface IdentityOptions {
  documents: Pick<Documents, 'create' | 'delete'>;
  site: string;
  /** Of the site. */
  partition: number;
  firstLine: string;
  choices: string;
  /** Whether the file begins with what was imported of another; undefined where it can be read only once. */
  beginsWith: ((imported: Imported) => Promise<boolean>) | undefined;
}

/**
 * Which file it is: the one, of those with the same first line, whose imported part it begins with, whatever its name,
 * however it is compressed, and however it has grown; else a new one, which has its document then.
 *
 * @returns the file's id
 * @throws Unusable if it was imported with other choices
 */
export async function identify(options: IdentityOptions): Promise<string> {
  const { documents, site, partition, firstLine, choices, beginsWith } = options;
  const hash = createHash('sha256').update(firstLine.slice(0, FIRST_LINE_CHARS)).digest('hex').slice(0, 32);
  for (let n = 0; n < SAME_FIRST_LINE_MAX; n++) {
    const file = `${hash}-${n}`;
    const fresh: Imported = { site, choices, run: '', position: 0, sha256: NOTHING_READ };
    const create = () => documents.create(IMPORT_KIND, importId(site, file), fresh, { partition });
    const known = importedSchema.parse(await create());
    if (beginsWith && known.position > 0 && !(await beginsWith(known))) continue;
    if (known.choices === choices) return file;
    if (known.position === 0) {
      // Nothing was taken with the other choices, and what is under way with them does not count any more.
      await documents.delete(IMPORT_KIND, importId(site, file));
      await create();
      return file;
    }
    const chosen = `It was imported for ${site} with these: ${known.choices}; and now: ${choices}.`;
    throw new Unusable(`the same file with other choices would count lines twice. ${chosen}`);
  }
  throw new Unusable(`${SAME_FIRST_LINE_MAX} other files with the same first line have been imported.`);
}

/**
 * The id of the event of a line: a UUID of version 7 whose random bits are the line's place in the file and a hash of
 * the file's id. So lines of the same second keep their order, and the same line has the same id.
 */
export function eventIdOf(file: string): (time: number, at: number) => string {
  const of = createHash('sha256').update(file).digest('hex').slice(0, 6);
  return (time, at) => {
    const when = time.toString(16).padStart(12, '0');
    const where = at.toString(16).padStart(12, '0');
    return `${when.slice(0, 8)}-${when.slice(8)}-7${where.slice(0, 3)}-8${where.slice(3, 6)}-${where.slice(6)}${of}`;
  };
}
