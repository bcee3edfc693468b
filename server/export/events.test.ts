import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sqliteStore } from '../../adapters/sqlite/store.ts';
import { parseExported } from '../../collector/import/exported.ts';
import { LOG_ENTRY_VERSION } from '../../core/event.ts';
import type { Event } from '../../core/event.ts';
import { newId } from '../../core/id.ts';
import type { Store, StoredEvent } from '../../core/ports.ts';
import { sampleId } from '../../core/sample.contract.ts';
import { eventsOf, lineOf, storeIdOf } from './events.ts';

let folder: string;
let store: Store;
let offset = 0;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'footfall-events-'));
  store = await sqliteStore({ folder, thread: false });
});

afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

const whole = { site: 'a.example', partition: 0, rowsMax: 2, from: undefined, to: undefined };

function event(n: number, more: Partial<Event> = {}): Event {
  const day = 20_000 + n;
  return { id: sampleId(n), name: 'pageview', time: day * 86_400_000, day, utc_offset: 0, path: `/${n}`, ...more };
}

async function apply(site: string, ...events: Event[]): Promise<void> {
  offset += 1;
  const entry = {
    v: LOG_ENTRY_VERSION,
    id: newId(),
    site,
    received: 1,
    context: { browser: 'Firefox' },
    events,
  } as const;
  const from = await store.position(0);
  const to = { incarnation: 'log', offset: String(offset) };
  await store.apply({ partition: 0, from, to, entries: [{ ...entry, events }], quarantine: [] });
}

async function idsOf(wanted = whole): Promise<string[]> {
  const pages: StoredEvent[][] = [];
  for await (const page of eventsOf(store, wanted)) pages.push(page);
  return pages.flat().map(({ id }) => id);
}

describe('the events of a site', () => {
  test("come once each, page by page, and no other site's", async () => {
    for (let n = 1; n <= 9; n += 3) {
      await apply('a.example', event(n), event(n + 1), event(n + 2));
      await apply('b.example', event(n));
    }
    expect(await idsOf()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9].map(sampleId));
    expect(await idsOf({ ...whole, rowsMax: 1000 })).toHaveLength(9);
    expect(await idsOf({ ...whole, site: 'nobody.example' })).toEqual([]);
    expect(await idsOf({ ...whole, partition: 1 })).toEqual([]);
  });

  test('of some days', async () => {
    await apply('a.example', event(1), event(2), event(3));
    const days = (from?: number, to?: number) => idsOf({ ...whole, from, to } as typeof whole);
    expect(await days(20_002)).toEqual([2, 3].map(sampleId));
    expect(await days(undefined, 20_001)).toEqual([sampleId(1)]);
    expect(await days(20_002, 20_002)).toEqual([sampleId(2)]);
  });

  test('that come meanwhile are left out, and so are those that are erased before their turn', async () => {
    for (let n = 1; n <= 6; n++) await apply('a.example', event(n, { visitor: `u${n}`, user_id: String(n) }));
    const ids: string[] = [];
    for await (const page of eventsOf(store, { ...whole, rowsMax: 1 })) {
      if (ids.length === 0) {
        await store.erase(0, { site: 'a.example', user_id: '5' }, Date.now() + 1000);
        await apply('a.example', event(7));
      }
      ids.push(...page.map(({ id }) => id));
    }
    expect(ids).toEqual([1, 2, 3, 4, 6].map(sampleId));
  });
});

describe('a line', () => {
  test('has all of an event, and is what an import reads', async () => {
    const odd = 'a "quoted", text\n\u2028 of 👣 \ud800 =1+1';
    await apply(
      'a.example',
      event(1, {
        visitor: 'vAAAAAAAAAAA',
        user_id: odd,
        hostname: 'a.example',
        title: odd,
        acquisition: { source: odd, utm_term: '' },
        props: [
          ['__proto__', odd],
          ['n', 1.5],
          ['yes', true],
        ],
      }),
      event(2, { name: 'engagement', view: sampleId(1), engaged_ms: 0.5, depth: 100 }),
    );
    const id = await storeIdOf(store.documents);
    expect(id).toMatch(/^[0-9a-f]{16}$/);
    expect(await storeIdOf(store.documents)).toBe(id);
    for await (const page of eventsOf(store, { ...whole, rowsMax: 100 })) {
      expect(page).toHaveLength(2);
      for (const stored of page) {
        const line = lineOf(id, stored);
        expect(line.indexOf('\n')).toBe(line.length - 1);
        expect(JSON.parse(line)).toEqual({ v: 1, store: id, ...stored });
        const { received: _, site, ...fields } = stored;
        expect(parseExported(JSON.parse(line))).toEqual({ store: id, site, event: fields });
      }
    }
  });
});
