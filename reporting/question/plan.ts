import type { Dimension, Filter, Metric } from '../../core/question.ts';
import type { Buckets } from './buckets.ts';
import { bucketIn, conditionsIn, isOfEvents } from './dimensions.ts';
import type { Filterable, Scope } from './dimensions.ts';
import { parameters } from './parameters.ts';
import type { Parameters } from './parameters.ts';
import { partsOf } from './parts.ts';
import type { Part } from './parts.ts';
import type { Range } from './ranges.ts';
import type { Days } from './whole-days.ts';

/** What is asked of the replica in one statement. */
export interface Asked {
  /** Number of the site in the replica. */
  site: number;
  range: Range;
  metrics: readonly Metric[];
  dimensions: readonly Dimension[];
  filters: Filter[];
  /** Those of the time dimension, if there is one. */
  buckets: Buckets | undefined;
  /** The days all of which is asked for, where that is known. */
  days?: Days | undefined;
}

/** What the queries of a statement share. */
export interface Plan extends Asked {
  parameters: Parameters;
  needed: Set<Part>;
  /** Bound. */
  at: { site: string; from: string; to: string };
  /** Whether an event's own dimension is asked for, or filtered by. */
  isOfEvents: boolean;
  /** Whether a visit's dimension is asked for, or filtered by. */
  isOfVisits: boolean;
  /** The dimensions in SQL, where a row counts at `time`. */
  dimensionsAt(time: string, scope: Scope): string[];
  /** SQL: whether two times are of the same bucket. */
  sameBucket(time: string, other: string): string;
}

export function planOf(asked: Asked): Plan {
  const bound = parameters();
  const { site, range, metrics, dimensions, filters, buckets } = asked;
  const used = [
    ...dimensions.filter((one) => bucketIn(one) === undefined),
    ...conditionsIn(filters).map(([, one]) => one),
  ];
  const keyOf = (time: string): string => buckets?.keyOf(time, bound) ?? '0';
  return {
    ...asked,
    parameters: bound,
    needed: partsOf(metrics),
    at: { site: bound.add(site), from: bound.add(range.from), to: bound.add(range.to) },
    isOfEvents: used.some(isOfEvents),
    isOfVisits: used.some((one) => !isOfEvents(one)),
    dimensionsAt: (time, scope) =>
      dimensions.map((one) => (bucketIn(one) === undefined ? scope(one as Filterable) : keyOf(time))),
    sameBucket: (time, other) => (buckets ? `${keyOf(time)} = ${keyOf(other)}` : 'TRUE'),
  };
}

/** The days all of which is asked for, bound: the first and the last. Undefined where there is none, or where time is parted. */
export function wholeDays({ buckets, days, parameters: bound }: Plan): [string, string] | undefined {
  return buckets || !days ? undefined : [bound.add(days[0]), bound.add(days[1])];
}

/** Whether any of the parts is needed. */
export function needs({ needed }: Plan, ...some: Part[]): boolean {
  return some.some((part) => needed.has(part));
}
