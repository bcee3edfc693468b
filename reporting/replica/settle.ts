import type { Book } from './book.ts';
import type { Connection } from './database.ts';

/** From the recent tables: what lies below its partition's settled day. */
const old = (table: string): string => `
  FROM ${table}_recent t JOIN sites s ON s.site = t.site JOIN positions p ON p."partition" = s."partition"
  WHERE t.day < p.settled`;

/**
 * Lays by what is not expected to change any more: it moves to the tables that are ordered by site and day, where
 * questions find it quickest. Within a transaction.
 *
 * @param days by partition: below which day nothing is expected to change
 */
export async function settle(connection: Connection, book: Book, days: Map<number, number>): Promise<void> {
  for (const [partition, day] of days) {
    if (day > book.settledBelow(partition)) await book.writeSettled(partition, day);
  }
  for (const [table, order] of [
    ['visits', 't.site, t.day, t.visit'],
    ['events', 't.site, t.day, t.visit, t.time'],
  ] as const) {
    await connection.run(`INSERT INTO ${table}_settled SELECT t.* ${old(table)} ORDER BY ${order}`);
    await connection.run(
      `DELETE FROM ${table}_recent t USING sites s, positions p
       WHERE s.site = t.site AND p."partition" = s."partition" AND t.day < p.settled`,
    );
  }
}
