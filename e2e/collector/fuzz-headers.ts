import type { Random } from '../../core/sample.contract.ts';
import { BROWSER } from './scene.ts';

/** Headers as browsers send them, and as they do not. */

/** No refusal may repeat it. */
export const MARKER = '<img src=x onerror=alert(1)>';

/** What Fetch lets into a header's value, which is more than anyone sends. */
const ODD = ['', '\xff\xfe', '\x01\x7f', 'a\tb', '"', '\\', '?', ';'.repeat(300), 'x'.repeat(9000), MARKER];

const BRANDS = [
  '"Chromium";v="131", "Not A;Brand";v="24"',
  '"Google Chrome";v="131", "Chromium";v="131", "Not_A Brand";v="24"',
  '"Brave";v="131", "Chromium";v="131", "Not_A Brand";v="24"',
];

/** What Chromium says of itself; and what it does not. */
const HINTS: [string, string[], string[]][] = [
  [
    'sec-ch-ua',
    BRANDS,
    ['"HeadlessChrome";v="131"', '"'.repeat(3000), '"x" ; v="1'.repeat(500), '"a";v="1",'.repeat(900), '""'],
  ],
  ['sec-ch-ua-mobile', ['?0', '?1'], ['1', 'true', '?'.repeat(500)]],
  ['sec-ch-ua-platform', ['"Linux"', '"Windows"', '"Android"'], ['Linux', '"'.repeat(400), '"Unknown"', '"__proto__"']],
  ['sec-ch-ua-model', ['""', '"Pixel 9"'], ['"'.repeat(500), 'Pixel']],
  ['sec-ch-ua-platform-version', ['"15.0.0"'], ['"1e9"', '"-1"', '"99999999999999999999"', '15']],
];

/** What an owner's settings or the browser's user decide by. */
const WISHES: [string, string[]][] = [
  ['sec-gpc', ['1', '1', '1', '0', 'true', '11']],
  ['dnt', ['1', '1', '0', 'yes', 'unspecified']],
];

const HEADERS: [string, string[]][] = [
  [
    'content-type',
    ['text/plain', 'application/json', 'text/plain;charset=UTF-8', 'text/html', ';;;', '', 'a'.repeat(500)],
  ],
  ['content-encoding', ['gzip', 'identity', 'br', '', 'IDENTITY', 'x, y']],
  ['content-length', ['0', '5', '65537', '99999999999999999999', '-1', 'x', '1e3', '0x10']],
  ['user-agent', ['', 'curl/8.5.0', '('.repeat(3000), 'Mozilla/5.0', 'x'.repeat(9000), '\xff\xfe', MARKER]],
  [
    'user-agent',
    ['Mozilla/5.0 (compatible; GPTBot/1.2; +https://openai.com/gptbot)', 'Mozilla/5.0 HeadlessChrome/131'],
  ],
  ['x-forwarded-for', ['1.2.3.4', 'garbage', ',,,', '1.2.3.4, [::1]:80', '9'.repeat(5000), '::ffff:1.2.3.4', '"']],
  ['accept-language', ['de', '*', ';q=', 'x'.repeat(5000), ',,,', 'en-US,en;q=0.5', MARKER, '']],
  ['authorization', ['Bearer', 'Bearer x', 'Basic eDp4', `Bearer ${'x'.repeat(5000)}`, '\xff']],
  ['sec-purpose', ['prefetch', 'prefetch;prerender', 'x', '']],
  ['purpose', ['prefetch', 'preview', 'PREFETCH']],
  ['x-moz', ['prefetch', 'x']],
  ['origin', ['null', 'https://evil.com', '']],
  ['forwarded', ['for=1.2.3.4']],
  ['from', ['bot@example.com', '']],
  ['x-http-method-override', ['GET']],
];

/** Of a range that a site of the scene excludes, of a country that it does, of a private network; and of nobody special. */
const ADDRESSES = ['198.51.100.7', '2001:db8:5::1', '81.2.69.142', '192.168.1.5', '203.0.114.1', '2001:db8:6::1'];

/** Names come more than once: the last one counts. */
export function headersOf(random: Random): [string, string][] {
  const headers: [string, string][] = random.chance(0.95) ? Object.entries(BROWSER) : [];
  if (random.chance(0.4)) headers.push(...hintsOf(random));
  if (random.chance(0.3)) headers.push(['x-forwarded-for', random.pick(ADDRESSES)]);
  for (const [name, values] of WISHES) {
    if (random.chance(0.05)) headers.push([name, random.pick(random.chance(0.9) ? values : ODD)]);
  }
  for (let count = random.below(3) * random.below(2); count > 0; count--) {
    const [name, values] = random.pick(HEADERS);
    headers.push([name, random.pick(random.chance(0.9) ? values : ODD)]);
  }
  return headers;
}

function hintsOf(random: Random): [string, string][] {
  const sent = HINTS.filter(() => random.chance(0.7));
  return sent.map(([name, right, wrong]) => {
    return [name, random.pick(random.chance(0.85) ? right : random.chance(0.5) ? wrong : ODD)];
  });
}
