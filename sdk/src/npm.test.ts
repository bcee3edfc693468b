import { expect, test } from 'vitest';
import { createTracker, destroy, init, track } from './npm.ts';

/** What is wrong here is an error of TypeScript: `npm run check:types` reads this file, too. */

interface Events {
  signup: { plan: 'free' | 'pro' };
  logout: undefined;
  search: { term: string } | undefined;
}

test('a tracker is `track`, typed', async () => {
  const typed = createTracker<Events>();
  expect(typed).toBe(track);
  await typed('signup', { plan: 'pro' });
  await typed('signup', { plan: 'free' }, { interactive: false });
  await typed('logout');
  await typed('search', { term: 'a' });
  await typed('search');
  // @ts-expect-error -- no such plan
  await typed('signup', { plan: 'gold' });
  // @ts-expect-error -- it needs a plan
  await typed('signup');
  // @ts-expect-error -- no such event
  await typed('sign-up', { plan: 'pro' });
  // @ts-expect-error -- it has no properties
  await typed('logout', { plan: 'pro' });
});

test('options are checked', () => {
  init({ site: 'a', endpoint: '/e', gpc: 'drop', props: () => ({ plan: 'pro' }), beforeSend: (event) => event });
  // @ts-expect-error -- a site is needed
  init({ endpoint: '/e' });
  // @ts-expect-error -- no such choice
  init({ site: 'a', endpoint: '/e', storage: 'disk' });
  expect(() => destroy()).not.toThrow();
});
