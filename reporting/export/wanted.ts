import { dayOfIso } from '../../core/day.ts';
import { Wrong } from '../question/wrong.ts';

export const exportFormats = ['csv', 'parquet'] as const;

export type ExportFormat = (typeof exportFormats)[number];

/** Which visits an export has, and in which form. */
export interface Wanted {
  site: string;
  format: ExportFormat;
  /** Days since 1970-01-01, both included. Undefined: since the first, up to the last. */
  from: number | undefined;
  to: number | undefined;
}

const parameters = ['site_id', 'format', 'from', 'to'];

/**
 * What the parameters of `GET /api/v1/export` ask for.
 *
 * @throws Wrong that names the parameter and lists what is allowed
 * @example
 * wantedOf({ site_id: 'example.com', format: 'csv', from: '2026-11-01', to: '2026-11-30' });
 */
export function wantedOf(query: Record<string, string>): Wanted {
  if (Object.keys(query).some((name) => !parameters.includes(name))) {
    throw new Wrong('query', 'known parameters only', 'leave the others out', parameters);
  }
  const format = exportFormats.find((one) => one === query.format);
  if (!format) throw new Wrong('format', exportFormats.join(' or '), 'pass ?format=', exportFormats);
  const [from, to] = [dayIn(query, 'from'), dayIn(query, 'to')];
  if (from !== undefined && to !== undefined && from > to) {
    throw new Wrong('to', 'a date that is not before `from`', 'put the earlier one first');
  }
  return { site: query.site_id ?? '', format, from, to };
}

function dayIn(query: Record<string, string>, name: 'from' | 'to'): number | undefined {
  const text = query[name];
  if (text === undefined || text === '') return undefined;
  const day = dayOfIso(text);
  if (day === undefined) throw new Wrong(name, 'a date such as 2026-11-22', `pass ?${name}=YYYY-MM-DD`);
  return day;
}
