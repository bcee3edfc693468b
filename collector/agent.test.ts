import { describe, expect, test } from 'vitest';
import { agentReader, cutAgent } from './agent.ts';

const MAC_CHROME =
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36';
const WINDOWS_FIREFOX = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:132.0) Gecko/20100101 Firefox/132.0';
const IPHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1';
const IPAD =
  'Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.6 Mobile/15E148 Safari/604.1';

describe('agentReader', () => {
  const read = agentReader(100);

  test('names browser, system and device, with the first number of each version', () => {
    expect(read(MAC_CHROME)).toEqual({
      bot: false,
      context: { browser: 'Chrome', browser_version: '131', os: 'macOS', os_version: '10', device: 'desktop' },
    });
    expect(read(WINDOWS_FIREFOX).context).toEqual({
      browser: 'Firefox',
      browser_version: '132',
      os: 'Windows',
      os_version: '10',
      device: 'desktop',
    });
    expect(read(IPHONE).context).toMatchObject({ browser: 'Safari', os: 'iOS', os_version: '17', device: 'mobile' });
    expect(read(IPAD).context).toMatchObject({ os: 'iOS', os_version: '16', device: 'tablet' });
  });

  test.each([
    ['Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)'],
    ['curl/8.5.0'],
    ['python-requests/2.32.3'],
    ['Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/131.0.0.0 Safari/537.36'],
    [''],
  ])('takes %j for a bot', (userAgent) => {
    expect(read(userAgent).bot).toBe(true);
  });

  test('remembers no more than it may, and answers the same afterwards', () => {
    const small = agentReader(2);
    const first = small(MAC_CHROME);
    for (const userAgent of [WINDOWS_FIREFOX, IPHONE, IPAD]) small(userAgent);
    expect(small(MAC_CHROME)).not.toBe(first);
    expect(small(MAC_CHROME)).toEqual(first);
    expect(small(MAC_CHROME)).toBe(small(MAC_CHROME));
  });

  // A regular expression that runs away on one of these would not end within the test's time.
  test('ends on hostile agents', () => {
    const pieces = [
      'Mozilla/5.0 (',
      '(',
      'a',
      ' ',
      ';',
      '1.',
      '/',
      'Android ',
      'Chrome/',
      '\\',
      'bot',
      '-',
      '\t',
      '.0',
    ];
    const fresh = agentReader(1);
    for (const a of pieces) {
      for (const b of pieces) {
        for (const tail of ['', '!', ')', '\n']) fresh(cutAgent((a + b).repeat(100_000), 512 - tail.length) + tail);
      }
    }
    expect(fresh(MAC_CHROME).context.browser).toBe('Chrome');
  });
});

describe('cutAgent', () => {
  test('cuts what is longer, and nothing else', () => {
    expect(cutAgent('x'.repeat(1_000_000), 512)).toBe('x'.repeat(512));
    expect(cutAgent(MAC_CHROME, 512)).toBe(MAC_CHROME);
  });
});
