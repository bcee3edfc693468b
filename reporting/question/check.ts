import type { z } from 'zod';
import {
  eventDimensions,
  metrics,
  namedRanges,
  operators,
  questionLimits,
  questionSchema,
  timeBuckets,
  visitDimensions,
} from '../../core/question.ts';
import type { Question } from '../../core/question.ts';
import { checkFilters } from './check-filters.ts';
import { bucketIn } from './dimensions.ts';
import { Wrong } from './wrong.ts';

const times = timeBuckets.map((bucket) => `time:${bucket}`);
export const filterable = [...eventDimensions, ...visitDimensions, 'property:<name>'];
const dimensionNames = [...filterable, ...times];
const customRanges = ['["2026-11-01", "2026-11-30"]', '["2026-11-22T08:00:00Z", "2026-11-22T20:00:00Z"]'];

/** By field: what it takes. */
const fields: Record<string, { limit: string; allowed: readonly string[] }> = {
  site_id: { limit: 'the id of a site', allowed: [] },
  date_range: { limit: 'a named range, two dates, or two instants', allowed: [...namedRanges, ...customRanges] },
  metrics: { limit: `a list of 1 to ${questionLimits.metricsMax} metrics, each once`, allowed: metrics },
  dimensions: {
    limit: `a list of up to ${questionLimits.dimensionsMax} dimensions, each once, one of time at most`,
    allowed: dimensionNames,
  },
  filters: { limit: 'a list of filters', allowed: operators },
  order_by: {
    limit: 'a list of pairs of a metric or dimension of the question and a direction',
    allowed: ['asc', 'desc'],
  },
  pagination: {
    limit: `limit from 1 to ${questionLimits.rowsMax} and offset from 0, whole numbers`,
    allowed: ['limit', 'offset'],
  },
  include: {
    limit: 'totals and total_rows as true or false, comparison as a period',
    allowed: ['totals', 'total_rows', 'comparison', 'previous_period', 'year_before', ...customRanges],
  },
};

/**
 * A question as it came, checked and with its defaults.
 *
 * @param body parsed JSON
 * @throws Wrong that names the field and lists what is allowed
 */
export function checkQuestion(body: unknown, patternCharsMax: number): Question {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new Wrong('body', 'a JSON object', 'send a question as an object', Object.keys(fields));
  }
  const unknown = Object.keys(body).find((name) => !Object.hasOwn(fields, name));
  if (unknown !== undefined) throw new Wrong('body', 'known fields only', 'leave the others out', Object.keys(fields));
  if ('filters' in body && body.filters !== undefined) checkFilters(body.filters, patternCharsMax);
  const parsed = questionSchema.safeParse(body);
  if (!parsed.success) throw wrongOf(parsed.error);
  checkTogether(parsed.data);
  return parsed.data;
}

function wrongOf(error: z.ZodError): Wrong {
  const path = error.issues[0]?.path ?? [];
  const name = String(path[0] ?? 'body');
  const { limit, allowed } = fields[name] ?? { limit: 'a valid value', allowed: [] };
  return new Wrong(fieldOf(path), limit, `send ${name} as ${limit}`, allowed);
}

/** The path within the question, as far as its names are the question's own. */
function fieldOf(path: PropertyKey[]): string {
  let field = '';
  for (const part of path) field += typeof part === 'number' ? `[${part}]` : field ? `.${String(part)}` : String(part);
  return field || 'body';
}

/** What no field can know by itself. */
function checkTogether({ metrics: asked, dimensions, order_by }: Question): void {
  const twice = (list: readonly string[]): boolean => new Set(list).size < list.length;
  if (twice(asked)) throw wrongField('metrics', 'name each metric once');
  if (twice(dimensions)) throw wrongField('dimensions', 'name each dimension once');
  if (dimensions.filter((one) => bucketIn(one) !== undefined).length > 1) {
    throw wrongField('dimensions', 'ask for one bucket of time at most');
  }
  const names: string[] = [...asked, ...dimensions];
  for (const [at, [name]] of (order_by ?? []).entries()) {
    if (names.includes(name)) continue;
    throw new Wrong(`order_by[${at}]`, 'a metric or dimension of the question', 'order by what you ask for', names);
  }
}

function wrongField(name: string, fix: string): Wrong {
  const { limit, allowed } = fields[name] ?? { limit: '', allowed: [] };
  return new Wrong(name, limit, fix, allowed);
}
