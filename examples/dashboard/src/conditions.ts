import type { Condition, Dimension } from '../../../core/question.ts';
import { nameOf, operatorNames, valueName } from './words.ts';
import type { Filterable } from './words.ts';

/** The filters with one value of a dimension put in, or taken out if it is there. */
export function toggled(filters: Condition[], dimension: Dimension, value: string): Condition[] {
  const without = filters.filter((condition) => !isExactly(condition, dimension, value));
  if (without.length < filters.length) return without;
  const others = filters.filter(([operator, name]) => operator !== 'is' || name !== dimension);
  return [...others, ['is', dimension as Filterable, [value]]];
}

/** Whether the filters hold exactly this value. */
export function isChosen(filters: Condition[], dimension: Dimension, value: string): boolean {
  return filters.some((condition) => isExactly(condition, dimension, value));
}

function isExactly([operator, name, values]: Condition, dimension: Dimension, value: string): boolean {
  return operator === 'is' && name === dimension && values.length === 1 && values[0] === value;
}

/** `Country is Germany or France`. */
export function sentence([operator, dimension, values]: Condition): { name: string; operator: string; value: string } {
  const value = values.map((one) => valueName(dimension, one)).join(' or ');
  return { name: nameOf(dimension), operator: operatorNames[operator], value };
}
