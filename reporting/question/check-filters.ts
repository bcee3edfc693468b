import { eventDimensions, operators, questionLimits, visitDimensions } from '../../core/question.ts';
import { Wrong } from './wrong.ts';

const forms = ['["is", "page", ["/pricing"]]', '["and", [filter, …]]', '["or", [filter, …]]', '["not", filter]'];
const names: readonly string[] = [...eventDimensions, ...visitDimensions];
const PATTERNS = ['matches', 'matches_not'];
const { conditionsMax, filterDepthMax, propertyCharsMax, valueCharsMax, valuesMax } = questionLimits;

/**
 * Checks filters before anything else walks through them: one that is nested without end must not.
 *
 * @throws Wrong that names the place
 */
export function checkFilters(filters: unknown, patternCharsMax: number): void {
  if (!Array.isArray(filters)) throw new Wrong('filters', 'a list of filters', 'send filters as a list', forms);
  let conditions = 0;
  // The first one last, for the last is looked at first.
  const open = filters.map((filter: unknown, at) => ({ filter, field: `filters[${at}]`, depth: 1 })).reverse();
  for (let next = open.pop(); next; next = open.pop()) {
    const { filter, field, depth } = next;
    if (depth > filterDepthMax) {
      throw new Wrong(field, `at most ${filterDepthMax} filters within one another`, 'nest them less');
    }
    if (!Array.isArray(filter)) throw new Wrong(field, 'a filter', 'send a filter in one of these forms', forms);
    const [kind, second] = filter as unknown[];
    if (kind === 'and' || kind === 'or') {
      if (filter.length !== 2 || !Array.isArray(second) || second.length === 0) {
        throw new Wrong(field, `"${kind}" and a list of filters`, 'put at least one filter into the list', forms);
      }
      for (const [at, part] of [...second.entries()].reverse()) {
        open.push({ filter: part as unknown, field: `${field}[1][${at}]`, depth: depth + 1 });
      }
    } else if (kind === 'not') {
      if (filter.length !== 2) throw new Wrong(field, '"not" and one filter', 'send one filter', forms);
      open.push({ filter: second, field: `${field}[1]`, depth: depth + 1 });
    } else {
      conditions += 1;
      checkCondition(filter, field, patternCharsMax);
    }
    if (conditions > conditionsMax || open.length > conditionsMax * filterDepthMax) {
      throw new Wrong('filters', `at most ${conditionsMax} conditions`, 'ask for less at once');
    }
  }
}

function checkCondition(filter: unknown[], field: string, patternCharsMax: number): void {
  const [operator, dimension, values] = filter;
  if (typeof operator !== 'string' || !(operators as readonly string[]).includes(operator)) {
    throw new Wrong(`${field}[0]`, 'an operator', 'use one of these', [...operators, 'and', 'or', 'not']);
  }
  if (typeof dimension !== 'string' || !isFilterable(dimension)) {
    throw new Wrong(`${field}[1]`, 'a dimension other than time', 'use one of these', [...names, 'property:<name>']);
  }
  const isList = Array.isArray(values) && values.length > 0 && values.length <= valuesMax;
  if (!isList || filter.length !== 3 || !values.every((value) => typeof value === 'string')) {
    throw new Wrong(`${field}[2]`, `a list of 1 to ${valuesMax} texts`, 'send the values as a list of texts');
  }
  const charsMax = PATTERNS.includes(operator) ? patternCharsMax : valueCharsMax;
  if (values.some((value) => value.length > charsMax)) {
    throw new Wrong(`${field}[2]`, `texts of at most ${charsMax} characters`, 'shorten them');
  }
}

function isFilterable(dimension: string): boolean {
  const [kind, ...rest] = dimension.split(':');
  const property = rest.join(':');
  return (
    names.includes(dimension) || (kind === 'property' && property.length >= 1 && property.length <= propertyCharsMax)
  );
}
