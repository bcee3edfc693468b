import * as fc from 'fast-check';
import { eventDimensions, metrics, namedRanges, operators, timeBuckets, visitDimensions } from '../../core/question.ts';
import type { Condition, DateRange, Dimension, Filter, Metric, QuestionInput } from '../../core/question.ts';
import type { SiteDays } from './same-days.ts';

/** Questions by chance, none of which is refused. */

export interface Asked {
  /** When it is asked, in ms since 1970. */
  now: number;
  question: QuestionInput;
}

type Filterable = Condition[1];

const properties: Filterable[] = ['property:plan', 'property:other'];
const filterable: Filterable[] = [...eventDimensions, ...visitDimensions, ...properties];
/** More often than minutes and hours, of which there are many. */
const LONGER = ['day', 'day', 'week', 'month'] as const;
/** Those of which minutes would be too many. */
const LONG: DateRange[] = ['7d', '28d', '30d', '91d', 'month', '6mo', '12mo', 'year'];
const VALUE_CHARS = 3;

/** Questions to sites with these days. */
export function questionsTo(days: SiteDays[]): fc.Arbitrary<Asked> {
  const values = valuesIn(days);
  return fc.constantFrom(...days).chain((one) => {
    const ranges = rangesOf(one);
    return fc
      .record({
        now: fc.integer({ min: one.from, max: one.to }),
        range: fc.oneof(
          { weight: 3, arbitrary: fc.constant(datesOf(one.from, one.to)) },
          { weight: 3, arbitrary: ranges },
          { weight: 2, arbitrary: fc.constantFrom<DateRange>(...namedRanges) },
        ),
        metrics: fc.uniqueArray(fc.constantFrom<Metric>(...metrics), { minLength: 1 }),
        bucket: fc.option(fc.constantFrom(...timeBuckets, ...LONGER), { nil: undefined }),
        dimensions: fc.uniqueArray(fc.constantFrom<Dimension>(...filterable), { maxLength: 3 }),
        filters: fc.oneof(
          { weight: 1, arbitrary: fc.constant<Filter[]>([]) },
          { weight: 1, arbitrary: fc.array(filterOf(values), { minLength: 1, maxLength: 2 }) },
        ),
        order: fc.array(fc.tuple(fc.nat(), fc.constantFrom('asc' as const, 'desc' as const)), { maxLength: 4 }),
        pagination: fc.record({
          limit: fc.constantFrom(1, 5, 50, 1000, 10_000),
          offset: fc.constantFrom(0, 0, 0, 0, 1, 4),
        }),
        totals: fc.boolean(),
        total_rows: fc.boolean(),
        comparison: fc.oneof(
          { weight: 2, arbitrary: fc.constant(undefined) },
          {
            weight: 1,
            arbitrary: fc.oneof(fc.constantFrom('previous_period' as const, 'year_before' as const), ranges),
          },
        ),
      })
      .map(({ now, range, bucket, order, totals, total_rows, comparison, ...rest }): Asked => {
        const time: Dimension[] = bucket
          ? [`time:${bucket === 'minute' && LONG.includes(range) ? 'hour' : bucket}`]
          : [];
        const dimensions = [...time, ...rest.dimensions];
        const columns = [...rest.metrics, ...dimensions];
        const order_by = order.map(([n, way]): [Metric | Dimension, 'asc' | 'desc'] => [
          columns[n % columns.length] as Metric | Dimension,
          way,
        ]);
        const question: QuestionInput = {
          ...rest,
          site_id: one.site.id,
          date_range: range,
          dimensions,
          include: { totals, total_rows, ...(comparison && { comparison }) },
          ...(order_by.length > 0 && { order_by }),
        };
        return { now, question };
      });
  });
}

/** Dates or instants within a site's days. */
function rangesOf({ from, to }: SiteDays): fc.Arbitrary<[string, string]> {
  const time = fc.integer({ min: from, max: to });
  return fc.tuple(time, time, fc.boolean()).map(([one, other, isDays]) => {
    const [first, last] = [Math.min(one, other), Math.max(one, other)];
    return isDays ? datesOf(first, last) : [new Date(first).toISOString(), new Date(last + 1).toISOString()];
  });
}

function datesOf(first: number, last: number): [string, string] {
  return [new Date(first).toISOString().slice(0, 10), new Date(last).toISOString().slice(0, 10)];
}

function filterOf(values: Map<Filterable, string[]>): fc.Arbitrary<Filter> {
  const condition = fc
    .record({
      name: fc.constantFrom(...filterable),
      operator: fc.constantFrom(...operators),
      picks: fc.array(fc.nat(), { minLength: 1, maxLength: 3 }),
    })
    .map(({ name, operator, picks }): Condition => {
      const list = values.get(name) ?? [''];
      const part = (text: string): string => {
        if (operator.startsWith('matches')) return text.replace(/[^\w/]/g, '.').slice(0, VALUE_CHARS);
        return operator.startsWith('contains') ? text.slice(0, VALUE_CHARS).toWellFormed() : text;
      };
      return [operator, name, picks.map((pick) => part(list[pick % list.length] ?? ''))];
    });
  return fc.letrec<{ filter: Filter }>((tie) => ({
    filter: fc.oneof(
      { maxDepth: 3 },
      { weight: 5, arbitrary: condition },
      {
        weight: 2,
        arbitrary: fc.tuple(
          fc.constantFrom('and' as const, 'or' as const),
          fc.array(tie('filter'), { minLength: 1, maxLength: 3 }),
        ),
      },
      { weight: 1, arbitrary: fc.tuple(fc.constant('not' as const), tie('filter')) },
    ),
  })).filter;
}

/** By dimension: what there is, and none. */
function valuesIn(days: SiteDays[]): Map<Filterable, string[]> {
  const found = new Map<Filterable, Set<string>>(filterable.map((name) => [name, new Set([''])]));
  const note = (name: string, value: string | undefined): unknown => found.get(name as Filterable)?.add(value ?? '');
  for (const { event, context } of days.flatMap(({ sent }) => sent)) {
    for (const [name, value] of Object.entries({ ...context, ...event.acquisition })) note(name, value);
    for (const name of ['page', 'entry_page', 'exit_page']) note(name, event.path);
    note('hostname', event.hostname);
    note('event', event.name);
    for (const [name, value] of event.props ?? []) note(`property:${name}`, String(value));
  }
  return new Map([...found].map(([name, values]) => [name, [...values]]));
}
