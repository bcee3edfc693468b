import { randomFillSync } from 'node:crypto';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

const pool = Buffer.alloc(10 * 256);
let used = pool.length;

/**
 * A new UUID of version 7: ms since 1970, then 74 random bits.
 * Source: RFC 9562, section 5.7.
 *
 * @example
 * newId(); // '019aa8a0-5b1e-7c3d-9f2e-0a1b2c3d4e5f'
 */
export function newId(now: number = Date.now()): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const random = pool.subarray(used, used + 10);
  used += 10;
  random[0] = 0x70 | ((random[0] ?? 0) & 0x0f);
  random[2] = 0x80 | ((random[2] ?? 0) & 0x3f);
  const hex = now.toString(16).padStart(12, '0') + random.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** Whether a text is a UUID of any version. */
export function isId(value: string): boolean {
  return UUID.test(value);
}
