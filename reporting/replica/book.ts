import type { Position } from '../../core/ports.ts';
import { partitionOf } from '../../core/partition.ts';
import type { Connection } from './database.ts';
import type { Stage } from './staging.ts';

/** What the replica knows of itself: numbers given out, sites, and how far each partition is followed. */
export interface Book extends Stage {
  /** How far a partition is followed. */
  positionOf(partition: number): Position;
  /** Days below this are settled. */
  settledBelow(partition: number): number;
  /** Writes new sites and how far a partition is followed. Within a transaction. */
  write(partition: number, position: Position): Promise<void>;
  /** Writes below which day a partition is settled. Within a transaction. */
  writeSettled(partition: number, day: number): Promise<void>;
}

interface Place extends Position {
  settled: number;
}

/** Reads the book of a replica; after a failed transaction it must be read anew. */
export async function readBook(connection: Connection, partitions: number): Promise<Book> {
  const sites = new Map<string, number>();
  const added: [number, string][] = [];
  for (const [site, id] of await connection.rows('SELECT site, id FROM sites')) sites.set(String(id), Number(site));
  const places = new Map<number, Place>();
  const rows = await connection.rows(
    'SELECT "partition", incarnation, log_offset, version::DOUBLE, settled::DOUBLE FROM positions',
  );
  for (const [partition, incarnation, offset, version, settled] of rows) {
    places.set(Number(partition), {
      incarnation: String(incarnation),
      offset: String(offset),
      version: Number(version),
      settled: Number(settled),
    });
  }
  const [last] = await connection.rows(
    `SELECT (SELECT coalesce(max(visit), 0) FROM visits)::DOUBLE, (SELECT coalesce(max(seq), 0) FROM events)::DOUBLE`,
  );
  let visit = Number(last?.[0]);
  let seq = Number(last?.[1]);

  const placeOf = (partition: number): Place =>
    places.get(partition) ?? { incarnation: '', offset: '', version: 0, settled: 0 };

  async function writePlace(partition: number, place: Place): Promise<void> {
    const { incarnation, offset, version, settled } = place;
    await connection.run('DELETE FROM positions WHERE "partition" = $1', [partition]);
    await connection.run('INSERT INTO positions VALUES ($1, $2, $3, $4, $5)', [
      partition,
      incarnation,
      offset,
      version,
      settled,
    ]);
    places.set(partition, place);
  }

  return {
    siteOf(id) {
      const known = sites.get(id);
      if (known !== undefined) return known;
      const site = sites.size + 1;
      sites.set(id, site);
      added.push([site, id]);
      return site;
    },
    nextVisit: () => (visit += 1),
    nextSeq: () => (seq += 1),
    positionOf: placeOf,
    settledBelow: (partition) => placeOf(partition).settled,
    async write(partition, position) {
      for (const [site, id] of added.splice(0)) {
        await connection.run('INSERT INTO sites VALUES ($1, $2, $3)', [site, id, partitionOf(id, partitions)]);
      }
      await writePlace(partition, { ...position, settled: placeOf(partition).settled });
    },
    writeSettled: (partition, day) => writePlace(partition, { ...placeOf(partition), settled: day }),
  };
}
