import * as fc from 'fast-check';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { generatedDays } from '../../core/arbitraries.contract.ts';
import { emptyDay, visitsOf } from '../../core/visits.ts';
import type { VisitorDay } from '../../core/visits.ts';
import { decodeContext, decodeDay, encodeContext, encodeDay, idBytes, idOfBytes } from './codec.ts';
import { openDatabase } from './database.ts';
import { dictionary } from './dictionary.ts';
import type { Dictionary } from './dictionary.ts';
import { folders } from './folders.contract.ts';
import { storeMigrations } from './store-schema.ts';

const newFolder = folders();

/** Works with a file's dictionary, and with a second one of the same file, which remembers nothing. */
function withStrings(work: (strings: Dictionary, others: Dictionary) => void): void {
  const database = openDatabase({ file: join(newFolder(), 'store.db'), migrations: storeMigrations });
  try {
    work(dictionary(database), dictionary(database));
  } finally {
    database.close();
  }
}

/** Without the keys whose value is undefined, and with the order of keys. */
const plain = (day: VisitorDay): string => JSON.stringify(day, (_key, value: unknown) => sorted(value));

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

describe('decodeDay(encodeDay(day))', () => {
  test('is the day, for all days that events make', () => {
    let visits = 0;
    let waiting = 0;
    withStrings((strings, others) => {
      fc.assert(
        fc.property(generatedDays, fc.constantFrom(3, 5000), ({ events }, eventsMax) => {
          for (const day of visitsOf(events, { eventsMax }).values()) {
            visits += day.visits.length;
            waiting += day.waiting.length;
            const before = plain(day);
            const state = encodeDay(day, strings);
            expect(plain(decodeDay(state, strings))).toBe(before);
            expect(plain(decodeDay(state, others))).toBe(before);
            expect(encodeDay(decodeDay(state, others), others)).toBe(state);
          }
        }),
        { numRuns: 300 },
      );
    });
    expect(visits).toBeGreaterThan(300);
    expect(waiting).toBeGreaterThan(0);
  });

  test('is the day for one that holds nothing', () => {
    withStrings((strings) => expect(decodeDay(encodeDay(emptyDay(), strings), strings)).toEqual(emptyDay()));
  });

  test('has browsers and places once each, and reads those that were written together', () => {
    withStrings((strings, others) => {
      const browsers = ['Firefox', 'Chrome', 'Safari'].map((browser) => ({ browser, os: 'Linux' }));
      const places = [{ country: 'CH', region: 'CH-ZH', city: 'Zürich' }, { country: 'CH' }, { city: '17+4' }, {}];
      for (const browser of [...browsers, {}]) {
        for (const place of places) {
          const context = { ...browser, ...place };
          const id = encodeContext(context, strings);
          expect(decodeContext(id, others)).toEqual(context);
          expect(encodeContext({ ...place, ...browser }, others)).toBe(id);
          expect(strings.valueOf(id)).not.toContain('country');
          expect(decodeContext(strings.idOf(JSON.stringify(context)), others)).toEqual(context);
        }
      }
    });
  });

  test('keeps strings of any kind', () => {
    withStrings((strings, others) => {
      fc.assert(
        fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (path, user) => {
          const id = '01990000-0000-7000-8000-000000000001';
          const event = { id, name: 'pageview', time: 5, day: 0, utc_offset: 0, path, visitor: 'v', user_id: user };
          const context = { browser: path };
          const [day] = [...visitsOf([{ event: { ...event, hostname: user }, context }]).values()];
          if (!day) throw new Error('no day');
          expect(plain(decodeDay(encodeDay(day, strings), others))).toBe(plain(day));
        }),
      );
    });
  });
});

test('idOfBytes(idBytes(id)) is the id, in 16 bytes', () => {
  fc.assert(
    fc.property(fc.uuid(), (id) => {
      expect(idBytes(id)).toHaveLength(16);
      expect(idOfBytes(idBytes(id))).toBe(id);
    }),
  );
});
