import { expect } from 'vitest';
import { newId } from '../../core/id.ts';
import { PAGEVIEW } from '../../sdk/src/wire.ts';
import { send } from './http.ts';
import type { Load } from './load.ts';

/** Posts the same batch five times at once, to these collectors in turn. It is a part of the load, once. */
export async function postFiveTimes(collectors: string[], { sent, accepted }: Load): Promise<void> {
  const site = 'same.example';
  const events = Array.from({ length: 40 }, (_, n) => {
    const [id, path] = [newId(), `/${n}`];
    sent.set(id, { id, site, name: PAGEVIEW, path, visitor: 'user u' });
    accepted.add(id);
    return { site_id: site, event_type: 'page_view', path, user_id: 'u', event_id: id };
  });
  const posts = Array.from({ length: 5 }, (_, n) => send(`${collectors[n % collectors.length]}/event`, events));
  expect((await Promise.all(posts)).map(({ status }) => status)).toEqual([202, 202, 202, 202, 202]);
}
