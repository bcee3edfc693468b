import type { Old } from '../../core/ports.ts';
import type { Connection } from './database.ts';

/** Deletes from the replica what sites do not keep any longer. Within a transaction. */
export async function forget(connection: Connection, olds: Old[]): Promise<void> {
  for (const { site, eventsBefore, visitsBefore } of olds) {
    for (const age of ['recent', 'settled']) {
      for (const [table, before] of [
        ['events', eventsBefore],
        ['visits', visitsBefore],
      ] as const) {
        await connection.run(
          `DELETE FROM ${table}_${age} WHERE site = (SELECT site FROM sites WHERE id = $1) AND day < $2`,
          [site, before],
        );
      }
    }
  }
}
