import { visitDimensions } from '../../core/question.ts';
import { literal } from '../replica/database.ts';
import type { Bound } from '../replica/database.ts';
import { isCoded } from '../replica/schema.ts';
import type { ExportFormat, Wanted } from './wanted.ts';

/**
 * The statement that writes visits into a file, one row a visit. `docs/import-export.md` says what the columns mean. What
 * a visit does not have is null.
 */

/** Columns in SQL, of a visit `v` and the words of its pages. */
function columnsOf(format: ExportFormat): [name: string, sql: string][] {
  return [
    ['site', '$1::VARCHAR'],
    ['visitor', hex('v.visitor')],
    ['person', hex('v.person')],
    ['day', `DATE '1970-01-01' + v.day`],
    ['started_at', instant('v.start', format)],
    ['last_event_at', instant('v.last', format)],
    ['ended_at', instant('v.until', format)],
    ['duration_ms', 'v.duration_ms'],
    ['bounce', 'v.bounces = 1'],
    ['pageviews', 'v.pageviews'],
    ['events', 'v.pageviews + v.customs'],
    ['engaged_ms', 'v.engaged_ms'],
    ...visitDimensions.map((name): [string, string] => [
      name,
      text(isCoded(name) ? `"${name}_word".word` : `v."${name}"`, format),
    ]),
  ];
}

/**
 * Anybody can send a source that a spreadsheet would take for a formula. In a CSV, which is likely to be opened in one,
 * it has an apostrophe before it.
 * Source: OWASP, "CSV Injection".
 */
function text(column: string, format: ExportFormat): string {
  const exact = `nullif(${column}, '')`;
  return format === 'csv' ? `regexp_replace(${exact}, '^[=+@\\t\\r-]', '''\\0')` : exact;
}

/** Not every reader knows whole numbers of 64 bits without a sign. */
function hex(column: string): string {
  return `lower(lpad(to_hex(${column}), 16, '0'))`;
}

/** As text it must be one without a zone: others are written by the clock of the machine. */
function instant(column: string, format: ExportFormat): string {
  return format === 'csv' ? `epoch_ms(${column})` : `to_timestamp(${column} / 1000)`;
}

/** A third of what is usual: it takes a third of the memory, and the file is as small. */
const GROUP_ROWS = 40_960;

const options: Record<ExportFormat, string> = {
  csv: `FORMAT csv, HEADER, TIMESTAMPFORMAT '%Y-%m-%dT%H:%M:%S.%gZ'`,
  parquet: `FORMAT parquet, ROW_GROUP_SIZE ${GROUP_ROWS}`,
};

/**
 * SQL and its values.
 *
 * @param site number of the site in the replica
 * @param file where the database may write
 */
export function exportStatement(wanted: Wanted, site: number, file: string): { sql: string; values: Bound[] } {
  const { format, from, to } = wanted;
  const values: Bound[] = [wanted.site, site];
  const bound = (value: number): string => `$${values.push(value)}`;
  const days = [
    ...(from === undefined ? [] : [`AND v.day >= ${bound(from)}`]),
    ...(to === undefined ? [] : [`AND v.day <= ${bound(to)}`]),
  ];
  const columns = columnsOf(format).map(([name, sql]) => `${sql} AS "${name}"`);
  const words = visitDimensions
    .filter(isCoded)
    .map((name) => `JOIN words "${name}_word" ON "${name}_word".no = v."${name}"`);
  const query = `SELECT ${columns.join(', ')} FROM visits v ${words.join(' ')} WHERE v.site = $2 ${days.join(' ')}`;
  return { sql: `COPY (${query}) TO ${literal(file)} (${options[format]})`, values };
}
