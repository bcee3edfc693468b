import { expect, test } from 'vitest';
import { checksOf } from './use-checks.ts';

const nothing = { known: false, events: 0, pageviews: 0, refused: [] };
const statuses = (seen: Parameters<typeof checksOf>[1]): string[] =>
  checksOf('a.example', seen).map(({ status }) => status);

test('turn green one after the other', () => {
  expect(statuses(nothing)).toEqual(['waiting', 'waiting', 'waiting']);
  expect(statuses({ ...nothing, known: true })).toEqual(['done', 'waiting', 'waiting']);
  expect(statuses({ ...nothing, known: true, events: 1 })).toEqual(['done', 'done', 'waiting']);
  expect(statuses({ ...nothing, known: true, events: 1, pageviews: 1 })).toEqual(['done', 'done', 'done']);
});

test('say why nothing was counted', () => {
  const refused = [{ date: '2026-11-22', reason: 'bot', count: 3 }];
  const [, , counted] = checksOf('a.example', { ...nothing, known: true, refused });
  expect(counted).toMatchObject({ status: 'failed' });
  expect(counted?.detail).toContain('3 × Bots: the browser says that it is a bot');
});

test('show a reason that is not known here as it is', () => {
  const refused = [{ date: '2026-11-22', reason: '<i>new</i>', count: 1 }];
  expect(checksOf('a.example', { ...nothing, refused })[2]?.detail).toContain('1 × <i>new</i>: ');
});
