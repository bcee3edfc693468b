import { describe, expect, test } from 'vitest';
import { limits } from '../core/limits.ts';
import { agentReader, cutAgent } from './agent.ts';
import { hintsOf } from './agent/hints.ts';
import { hostileAgents } from './agent/hostile.reference.ts';

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
    expect(read(WINDOWS_FIREFOX)).toEqual({
      bot: false,
      context: { browser: 'Firefox', browser_version: '132', os: 'Windows', os_version: '10', device: 'desktop' },
    });
    expect(read(IPHONE).context).toMatchObject({ browser: 'Safari', os: 'iOS', os_version: '17', device: 'mobile' });
    expect(read(IPAD).context).toMatchObject({ os: 'iOS', os_version: '16', device: 'tablet' });
  });

  test('tells no version that is the same on every machine', () => {
    expect(read(MAC_CHROME).context).toEqual({
      browser: 'Chrome',
      browser_version: '131',
      os: 'macOS',
      device: 'desktop',
    });
  });

  test('takes hints into account, and remembers with them', () => {
    const hints = (brand: string) =>
      hintsOf((name) => (name === 'sec-ch-ua' ? `"${brand}";v="131", "Chromium";v="131"` : null));
    expect(read(MAC_CHROME, hints('Brave')).context.browser).toBe('Brave');
    expect(read(MAC_CHROME, hints('Vivaldi')).context.browser).toBe('Vivaldi');
    expect(read(MAC_CHROME).context.browser).toBe('Chrome');
    expect(read(MAC_CHROME, hints('Brave'))).toBe(read(MAC_CHROME, hints('Brave')));
  });

  test('says of a bot who it is, and nothing of the browser it plays', () => {
    const gptbot =
      'Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)';
    expect(read(gptbot)).toEqual({
      bot: { kind: 'ai', name: 'GPTBot' },
      context: { browser: 'GPTBot', device: 'bot' },
    });
    expect(read('Zwiebelcrawlbot/1.0')).toEqual({ bot: { kind: 'bot', name: undefined }, context: { device: 'bot' } });
    expect(read('')).toEqual({ bot: { kind: 'bot', name: undefined }, context: {} });
  });

  test('says of a browser under a program what it is', () => {
    expect(read(MAC_CHROME.replace('Chrome', 'HeadlessChrome'))).toMatchObject({
      bot: { kind: 'automation', name: 'HeadlessChrome' },
      context: { browser: 'Chrome', browser_version: '131', os: 'macOS', device: 'desktop' },
    });
  });

  test('remembers no more than it may, and answers the same afterwards', () => {
    const small = agentReader(2);
    const first = small(MAC_CHROME);
    for (const userAgent of [WINDOWS_FIREFOX, IPHONE, IPAD]) small(userAgent);
    expect(small(MAC_CHROME)).not.toBe(first);
    expect(small(MAC_CHROME)).toEqual(first);
    expect(small(MAC_CHROME)).toBe(small(MAC_CHROME));
  });

  // The shortest of some tries, for what is longer is the machine's.
  test('reads each hostile agent within a millisecond', () => {
    const MS_MAX = 1;
    const TRIES = 20;
    const fresh = agentReader(1);
    const slow = hostileAgents(2048).filter((userAgent) => {
      for (let tried = 0; tried < TRIES; tried++) {
        fresh(MAC_CHROME);
        const from = performance.now();
        fresh(cutAgent(userAgent, limits.userAgentCharsMax));
        if (performance.now() - from < MS_MAX) return false;
      }
      return true;
    });
    expect(slow).toEqual([]);
  });
});

describe('cutAgent', () => {
  test('cuts what is longer, and nothing else', () => {
    expect(cutAgent('x'.repeat(1_000_000), 512)).toBe('x'.repeat(512));
    expect(cutAgent(MAC_CHROME, 512)).toBe(MAC_CHROME);
  });
});
