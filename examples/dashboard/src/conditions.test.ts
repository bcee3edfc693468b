import { expect, test, vi } from 'vitest';
import type { Condition } from '../../../core/question.ts';
import { isChosen, sentence, toggled } from './conditions.ts';

// Whatever the language of the machine is.
vi.hoisted(() => vi.stubGlobal('navigator', { languages: ['en-US'] }));

const germany: Condition = ['is', 'country', ['DE']];

test('a click puts a value in, another takes it out, and a second value replaces the first', () => {
  expect(toggled([], 'country', 'DE')).toEqual([germany]);
  expect(toggled([germany], 'country', 'DE')).toEqual([]);
  expect(toggled([germany], 'country', 'FR')).toEqual([['is', 'country', ['FR']]]);
});

test('other filters stay', () => {
  const other: Condition = ['contains', 'page', ['blog']];
  expect(toggled([other, germany], 'country', 'DE')).toEqual([other]);
  expect(isChosen([other, germany], 'country', 'DE')).toBe(true);
  expect(isChosen([other, ['is_not', 'country', ['DE']]], 'country', 'DE')).toBe(false);
});

test('reads as a sentence, also where there is no value', () => {
  expect(Object.values(sentence(['is', 'country', ['DE', 'FR']]))).toEqual(['Country', 'is', 'Germany or France']);
  expect(Object.values(sentence(['is_not', 'source', ['']]))).toEqual(['Source', 'is not', 'Direct or none']);
  expect(Object.values(sentence(['is', 'property:plan', ['pro']]))).toEqual(['plan', 'is', 'pro']);
  expect(Object.values(sentence(['is', 'country', ['<b>']]))).toEqual(['Country', 'is', '<b>']);
});
