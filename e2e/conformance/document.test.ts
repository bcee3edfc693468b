import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { behaviours } from './catalogue.ts';
import { cannot } from './cannot.ts';
import { BEGIN, END, madePart } from './document.ts';
import { footfall } from './trackers/footfall.ts';

const text = readFileSync(new URL('../../docs/conformance.md', import.meta.url), 'utf8');
const made = text.slice(text.indexOf(BEGIN) + BEGIN.length, text.indexOf(END)).trim();

test('behaviours have names of their own, and are at least ninety', () => {
  expect(behaviours.length).toBeGreaterThanOrEqual(90);
  for (const key of ['id', 'name'] as const)
    expect(new Set(behaviours.map((one) => one[key])).size).toBe(behaviours.length);
});

test('what an engine cannot show is about behaviours that there are', () => {
  const ids = new Set(behaviours.map(({ id }) => id));
  for (const { why, behaviours: named } of Object.values(cannot).flat()) {
    expect(why).not.toBe('');
    for (const id of named) expect(ids).toContain(id);
  }
});

test('docs/conformance.md has all of it, as it is: of others only what they keep to was measured then', () => {
  const measured = new Map(
    [...made.matchAll(/^\| (.+?) \| (\S+) \| (\S+) \| (\S+) \| \S+ \| \S+ \|$/gm)].map((row) => [row[1], row]),
  );
  const places = { footfall: 2, plausible: 3, openpanel: 4 } as const;
  const expected = madePart(({ id }, { name }) =>
    id === footfall.id ? true : measured.get(name)?.[places[id]] === 'yes',
  );
  expect(made).toBe(expected.trim());
});

test('and says how many there are', () => {
  expect(text).toContain(`${behaviours.length} behaviours`);
});
