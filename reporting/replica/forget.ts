import type { Documents, Old } from '../../core/ports.ts';
import { oldOf } from '../../core/retention.ts';
import { SITE_KIND, siteSchema } from '../../core/site.ts';
import type { Connection } from './database.ts';

/** What sites do not keep any longer. */
export async function oldIn(documents: Pick<Documents, 'list'>, now: number): Promise<Old[]> {
  const sites = await documents.list(SITE_KIND);
  return sites.flatMap(({ value }) => oldOf(siteSchema.parse(value), now) ?? []);
}

/** Deletes it from the replica. Within a transaction. */
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
