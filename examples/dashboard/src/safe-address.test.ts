import { expect, test } from 'vitest';
import { safeAddress } from './safe-address.ts';

test.each(['https://example.com/a', 'http://localhost:3000/'])('%s may be opened', (address) => {
  expect(safeAddress(address)).toBe(address);
});

test.each([
  'javascript:alert(1)',
  'JaVaScRiPt:alert(1)',
  ' javascript:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  'file:///etc/passwd',
  'https://user@evil.example/',
  '//example.com',
  '/pricing',
  'not an address',
  '',
])('%s may not', (address) => {
  expect(safeAddress(address)).toBeUndefined();
});
