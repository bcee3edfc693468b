import { expect, test } from 'vitest';
import { isPublic } from './public-address.ts';

const special = [
  '0.0.0.0 0.1.2.3 10.0.0.1 100.64.0.1 100.127.255.255 127.0.0.1 169.254.1.1 172.16.0.1 172.31.255.255 192.0.0.8',
  '192.0.2.1 192.88.99.1 192.168.0.1 198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.255',
  '240.0.0.1 255.255.255.255 :: ::1 fe80::1 fc00::1 fd12:3456::1 ff02::1 2001:db8::1 3fff::1 3fff:123::1 100::1',
  '64:ff9b::808:808 localhost 1.2.3 999.1.1.1 2001 proxy.example:80',
];
test.each(['', ...listed(special)])('%s is nobody in particular', (address) => {
  expect(isPublic(address)).toBe(false);
});

const ordinary = [
  '1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.0 172.15.255.255',
  '172.32.0.0 192.0.1.1 192.167.255.255 192.169.0.0 198.17.255.255 198.20.0.0 198.51.101.1 203.0.112.1',
  '223.255.255.255 2001:4860:4860::8888 2a02:120b::1 2000::1 2001:db7::1 2001:db80::1 3fff:1000::1',
];
test.each(listed(ordinary))('%s can be somebody', (address) => {
  expect(isPublic(address)).toBe(true);
});

function listed(lines: string[]): string[] {
  return lines.flatMap((line) => line.split(' '));
}
