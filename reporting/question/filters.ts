import type { Condition, Filter } from '../../core/question.ts';
import { isCoded } from '../replica/schema.ts';
import type { Scope } from './dimensions.ts';
import type { Parameters } from './parameters.ts';

/**
 * SQL of filters that must all hold; `TRUE` for none. Values are bound.
 *
 * @example
 * filterSql([['is', 'country', ['CH']]], scopeOf(undefined, 'v', bound), bound); // (v."country" IN ($1::VARCHAR))
 */
export function filterSql(filters: Filter[], scope: Scope, parameters: Parameters): string {
  if (filters.length === 0) return 'TRUE';
  return filters.map((filter) => sqlOf(filter, scope, parameters)).join(' AND ');
}

function sqlOf(filter: Filter, scope: Scope, parameters: Parameters): string {
  switch (filter[0]) {
    case 'and':
    case 'or': {
      const parts = filter[1].map((part) => sqlOf(part, scope, parameters));
      return `(${parts.join(filter[0] === 'and' ? ' AND ' : ' OR ')})`;
    }
    case 'not':
      return `(NOT ${sqlOf(filter[1], scope, parameters)})`;
    default:
      return conditionSql(filter, scope, parameters);
  }
}

function conditionSql(condition: Condition, scope: Scope, parameters: Parameters): string {
  const [, dimension] = condition;
  const name = scope(dimension);
  if (!isCoded(dimension)) return testSql(condition, name, parameters);
  return `(${name} IN (SELECT no FROM words WHERE ${testSql(condition, 'word', parameters)}))`;
}

function testSql([operator, , values]: Condition, name: string, { add }: Parameters): string {
  const any = (test: (value: string) => string): string => `(${values.map((value) => test(add(value))).join(' OR ')})`;
  switch (operator) {
    case 'is':
      return `(${name} IN (${values.map(add).join(', ')}))`;
    case 'is_not':
      return `(${name} NOT IN (${values.map(add).join(', ')}))`;
    case 'contains':
      return any((value) => `contains(${name}, ${value})`);
    case 'contains_not':
      return `(NOT ${any((value) => `contains(${name}, ${value})`)})`;
    case 'matches':
      return any((value) => `regexp_matches(${name}, ${value})`);
    case 'matches_not':
      return `(NOT ${any((value) => `regexp_matches(${name}, ${value})`)})`;
    default:
      return operator satisfies never;
  }
}
