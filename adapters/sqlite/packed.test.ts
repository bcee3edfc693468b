import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { pack, unpack } from './packed.ts';

test('any entries come out as they went in', () => {
  const entry = fc.record({
    partition: fc.integer({ min: 0, max: 1023 }),
    body: fc.oneof(fc.string(), fc.string({ unit: 'grapheme' }), fc.constant('a\nb\0c')),
  });
  fc.assert(
    fc.property(fc.array(entry), (entries) => {
      expect(unpack(pack(entries))).toEqual(entries);
    }),
  );
});
