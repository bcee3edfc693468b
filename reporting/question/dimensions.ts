import { eventDimensions, timeBuckets, visitDimensions } from '../../core/question.ts';
import type { Condition, Dimension, Filter } from '../../core/question.ts';
import { isCoded } from '../replica/schema.ts';
import type { TimeBucket } from './buckets.ts';
import type { Parameters } from './parameters.ts';

/** A dimension by which events and visits are told apart, time not among them. */
export type Filterable = Condition[1];

const PROPERTY = 'property:';
const TIME = 'time:';

/** Whether it tells events apart: what was done, rather than who came, from where and with what. */
export function isOfEvents(dimension: Dimension | Filterable): boolean {
  return dimension.startsWith(PROPERTY) || (eventDimensions as readonly string[]).includes(dimension);
}

/** The bucket of a time dimension; undefined for another one. */
export function bucketIn(dimension: string): TimeBucket | undefined {
  return dimension.startsWith(TIME) ? timeBuckets.find((bucket) => dimension === TIME + bucket) : undefined;
}

/** The conditions of filters, however nested. */
export function conditionsIn(filters: Filter[]): Condition[] {
  return filters.flatMap((filter): Condition[] => {
    switch (filter[0]) {
      case 'and':
      case 'or':
        return conditionsIn(filter[1]);
      case 'not':
        return conditionsIn([filter[1]]);
      default:
        return [filter];
    }
  });
}

/** What stands in SQL for a dimension, in the place where it is asked for: a text, or the number of a word. */
export type Scope = (dimension: Filterable) => string;

/**
 * The dimensions of an event and of its visit.
 *
 * @param event the alias of the events; undefined: there are none here
 * @param visit the alias of the visits; undefined: the events are in no visit, and have none of its values
 */
export function scopeOf(event: string | undefined, visit: string | undefined, { add }: Parameters): Scope {
  return (dimension) => {
    if (isOfEvents(dimension)) {
      if (event === undefined) throw new Error(`${dimension} is asked of visits`);
      return dimension.startsWith(PROPERTY)
        ? propertyOf(event, add(dimension.slice(PROPERTY.length)))
        : `${event}.${nameIn(eventDimensions, dimension)}`;
    }
    const name = nameIn(visitDimensions, dimension);
    if (visit === undefined) return isCoded(dimension) ? NO_WORD : `''`;
    return `${visit}.${name}`;
  };
}

const NO_WORD = '0';

function propertyOf(event: string, name: string): string {
  return `coalesce(list_extract(${event}.prop_values, list_position(${event}.prop_names, ${name})), '')`;
}

/** The column of a dimension. Only names of the list become SQL. */
function nameIn(list: readonly string[], dimension: string): string {
  const name = list.find((one) => one === dimension);
  if (name === undefined) throw new Error('not a dimension');
  return `"${name}"`;
}
