import type { DatabaseSync } from 'node:sqlite';
import { IMPORT_KIND } from '../../core/import.ts';

/**
 * Deletes all that the store keeps of a site, within a transaction that writes; the answer is the number of its events.
 * Its document and its salts are not the store's to know: whoever removes the site deletes them.
 */
export function siteEraser(database: DatabaseSync): (partition: number, siteId: string, site: number) => number {
  const deleteEvents = database.prepare('DELETE FROM events WHERE partition = ? AND site = ?');
  const deleteBySite = [
    database.prepare('DELETE FROM visits WHERE site = ?'),
    database.prepare('DELETE FROM stats WHERE site = ?'),
    database.prepare('DELETE FROM stats_days WHERE site = ?'),
  ];
  const deleteDocuments = database.prepare(
    `DELETE FROM documents WHERE kind IN ('refused', '${IMPORT_KIND}') AND json_extract(value, '$.site') = ?`,
  );
  return (partition, siteId, site) => {
    const { changes } = deleteEvents.run(partition, site);
    for (const statement of deleteBySite) statement.run(site);
    deleteDocuments.run(siteId);
    return Number(changes);
  };
}
