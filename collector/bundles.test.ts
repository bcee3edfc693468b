import { describe, expect, test } from 'vitest';
import { newId } from '../core/id.ts';
import { newSite } from '../core/site.ts';
import { Bundles } from './bundles.ts';
import { Refusal } from './refusal.ts';

const { site: a } = newSite('a');
const { site: b } = newSite('b');
const refusal = new Refusal('invalid', 'x', 'y', 'z', 'm');

function event() {
  return { id: newId(), name: 'pageview', time: 0, day: 0, utc_offset: 0, path: '/' };
}

describe('Bundles', () => {
  test('are one a site and browser', () => {
    const sorted = new Bundles();
    sorted.add(a, { browser: 'X' }, 0, event());
    sorted.add(b, { browser: 'X' }, 1, event());
    sorted.add(a, { browser: 'X' }, 2, event());
    sorted.add(a, {}, 3, event());
    const { bundles, alone } = sorted.sealed();
    expect(bundles.map(({ site, context, events }) => [site.id, context, events.length])).toEqual([
      ['a', { browser: 'X' }, 2],
      ['b', { browser: 'X' }, 1],
      ['a', {}, 1],
    ]);
    expect(alone).toEqual([]);
  });

  test('carry what was refused of their site; the rest is alone', () => {
    const sorted = new Bundles();
    sorted.refuse(a, 0, refusal);
    sorted.refuse(b, 1, refusal);
    sorted.refuse(undefined, 2, refusal);
    sorted.add(a, {}, 3, event());
    const { bundles, alone } = sorted.sealed();
    expect(bundles.map(({ refused }) => refused)).toEqual([[{ index: 0, refusal }]]);
    expect(alone.map(({ site }) => site?.id)).toEqual(['b', undefined]);
  });

  test('know what each event came to', () => {
    const sorted = new Bundles();
    const added = event();
    sorted.refuse(a, 1, refusal);
    sorted.add(a, {}, 0, added);
    expect(sorted.results).toEqual([{ status: 'accepted', event_id: added.id }, refusal]);
  });
});
