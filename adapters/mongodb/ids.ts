import type { ClientSession } from 'mongodb';
import { chunksOf } from './chunks.ts';
import type { Collections, IdsRow } from './collections.ts';

/**
 * The second barrier's memory: which ids of which site were applied, and with what content. A document holds the ids that
 * a batch brought of a site, up to a thousand, under one index over all of them; so an id costs an entry of the index and
 * no document, and goes with its document when that is old enough.
 */
export interface SiteId {
  site: string;
  id: string;
}

/** An id, and its content's number. */
export interface SeenId extends SiteId {
  content: number;
}

const IDS_MAX = 1000;
/** What one query asks for: far below the 16 MB of a command. */
const ASKED_MAX = 10_000;
const CONTENT_BYTES = 4;

/** The content's number of those that are known, by `idKey`; of others, too, that lie beside them. */
export async function knownIds(
  { ids }: Collections,
  partition: number,
  asked: SiteId[],
  session: ClientSession,
): Promise<Map<string, number>> {
  const known = new Map<string, number>();
  const options = { session, promoteBuffers: true, projection: { _id: 0, site_id: 1, ids: 1, contents: 1 } };
  for (const chunk of chunksOf(asked, ASKED_MAX)) {
    const bytes = chunk.map(({ id }) => bytesOf(id));
    for await (const row of ids.find({ partition, ids: { $in: bytes } }, options)) {
      const contents = Buffer.from(row.contents);
      for (const [n, id] of row.ids.entries()) {
        known.set(idKey(row.site_id, Buffer.from(id).toString('hex')), contents.readUInt32LE(n * CONTENT_BYTES));
      }
    }
  }
  return known;
}

/** Keeps new ones. */
export async function addIds(
  { ids }: Collections,
  partition: number,
  added: SeenId[],
  session: ClientSession,
): Promise<void> {
  const at = new Date();
  const rows = [...Map.groupBy(added, ({ site }) => site)].flatMap(([site_id, mine]) =>
    [...chunksOf(mine, IDS_MAX)].map((chunk): IdsRow => {
      const contents = Buffer.alloc(chunk.length * CONTENT_BYTES);
      for (const [n, { content }] of chunk.entries()) contents.writeUInt32LE(content, n * CONTENT_BYTES);
      return { partition, site_id, at, ids: chunk.map(({ id }) => bytesOf(id)), contents };
    }),
  );
  if (rows.length > 0) await ids.insertMany(rows, { session, ordered: false });
}

/** What `knownIds` names an id by: the site as the database keeps it. */
export function idKey(site: string, id: string): string {
  return id.replaceAll('-', '') + site.toWellFormed();
}

function bytesOf(id: string): Buffer {
  return Buffer.from(id.replaceAll('-', ''), 'hex');
}
