import { describe, expect, test } from 'vitest';
import { AI_BOTS, AUTOMATION, MISSED, NAMED_BOTS } from './bot-names.ts';
import { botOf } from './bots.ts';
import { aiAgents } from './figures.reference.ts';

const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36';

describe('botOf', () => {
  test.each([
    ['Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)', 'bot', 'Googlebot'],
    ['Googlebot-Image/1.0', 'bot', 'Googlebot-Image'],
    ['curl/8.5.0', 'bot', 'curl'],
    ['python-requests/2.32.3', 'bot', 'python-requests'],
    ['Zwiebelcrawlbot/1.0 (+http://bot.example/)', 'bot', undefined],
    [`${BROWSER} GTmetrix`, 'bot', 'GTmetrix'],
    ['Mozilla/5.0 (compatible; ClaudeBot/1.0; +claudebot@anthropic.com)', 'ai', 'ClaudeBot'],
    ['Claude-User (claude-code/2.1.86; +https://support.anthropic.com/)', 'ai', 'Claude-User'],
    [
      'meta-externalagent/1.1 (+https://developers.facebook.com/docs/sharing/webmasters/crawler)',
      'ai',
      'meta-externalagent',
    ],
    [BROWSER.replace('Chrome', 'HeadlessChrome'), 'automation', 'HeadlessChrome'],
    [`${BROWSER} Cypress/13.6.0`, 'automation', 'Cypress'],
    // A crawler that drives a browser is a crawler.
    [`Mozilla/5.0 (compatible; YextBot/1.0) HeadlessChrome/131.0.0.0 Safari/537.36`, 'bot', 'HeadlessChrome'],
  ])('%s', (userAgent, kind, name) => {
    expect(botOf(userAgent)).toEqual({ kind, name });
  });

  test.each([
    ['a browser', BROWSER],
    ['a phone whose maker is called Cubot', BROWSER.replace('X11; Linux x86_64', 'Linux; Android 9; CUBOT_X18_Plus')],
    ['a browser with a word that only begins like one of ours', BROWSER.replace('X11', 'X11; YLTX')],
  ])('%s is none', (_, userAgent) => {
    expect(botOf(userAgent)).toBeUndefined();
  });

  test('calls AI what the list of crawlers calls so', () => {
    const others = aiAgents().filter((userAgent) => botOf(userAgent)?.kind !== 'ai');
    expect(others).toEqual([]);
  });
});

describe('the lists', () => {
  test('have each name once', () => {
    const all = [...AI_BOTS, ...AUTOMATION, ...MISSED.filter((name) => !AI_BOTS.includes(name)), ...NAMED_BOTS];
    expect(all.length).toBe(new Set(all.map((name) => name.toLowerCase())).size);
  });

  test.each(AI_BOTS.map((name) => [name]))('%s is found as AI', (name) => {
    expect(botOf(`Mozilla/5.0 (compatible; ${name}/1.0; +https://operator.example/bot)`)).toEqual({ kind: 'ai', name });
  });
});
