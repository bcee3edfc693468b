import { describe, expect, test } from 'vitest';
import { pageOf } from './page.ts';
import { acquisitionOf } from './source.ts';

function from(query: string, referrer?: string) {
  const page = pageOf(`https://www.example.com/page${query}`);
  if (!page) throw new Error('no page');
  return acquisitionOf(page, referrer);
}

describe('acquisitionOf', () => {
  test.each([[undefined], [''], ['https://www.example.com/other'], ['https://example.com/'], ['not an address']])(
    'is nothing for a page that was opened directly, or from its own site: %j',
    (referrer) => {
      expect(from('', referrer)).toBeUndefined();
      expect(from('?page=2&sort=asc', referrer)).toBeUndefined();
    },
  );

  test.each([
    ['https://www.google.com/', 'Google', 'Organic Search'],
    ['https://www.google.co.uk/search?q=secret', 'Google', 'Organic Search'],
    ['https://duckduckgo.com/', 'DuckDuckGo', 'Organic Search'],
    ['https://search.brave.com/', 'Brave', 'Organic Search'],
    ['https://m.facebook.com/', 'Facebook', 'Organic Social'],
    ['https://t.co/abc', 'X', 'Organic Social'],
    ['https://news.ycombinator.com/item?id=1', 'Hacker News', 'Organic Social'],
    ['https://www.youtube.com/', 'YouTube', 'Organic Video'],
    ['https://chatgpt.com/', 'ChatGPT', 'AI'],
    ['https://gemini.google.com/app', 'Gemini', 'AI'],
    ['https://mail.google.com/mail/u/0', 'Gmail', 'Email'],
    ['android-app://com.google.android.gm/', 'Gmail', 'Email'],
    ['android-app://com.reddit.frontpage/', 'Reddit', 'Organic Social'],
    ['https://www.amazon.de/', 'Amazon', 'Organic Shopping'],
    ['https://blog.other.example/post', 'blog.other.example', 'Referral'],
    ['https://google.evil.example/', 'google.evil.example', 'Referral'],
    ['https://notgoogle.com/', 'notgoogle.com', 'Referral'],
    ['https://x.com.evil.example/', 'x.com.evil.example', 'Referral'],
  ])('%s is %s, %s', (referrer, source, channel) => {
    expect(from('', referrer)).toMatchObject({ source, channel });
  });

  test('keeps of a referrer its host and path, not what it carries in query and fragment', () => {
    expect(from('', 'https://user:pw@www.other.example:8443/a/b?token=1#c')?.referrer).toBe('other.example/a/b');
    expect(from('', 'https://other.example/')?.referrer).toBe('other.example');
  });

  test.each([
    ['?utm_source=Newsletter&utm_medium=email&utm_campaign=May', 'Email', 'Email'],
    ['?utm_source=google&utm_medium=cpc', 'Google', 'Paid Search'],
    ['?utm_source=fb&utm_medium=paid_social', 'Facebook', 'Paid Social'],
    ['?utm_source=partner&utm_medium=cpm', 'partner', 'Display'],
    ['?utm_source=partner&utm_medium=ppc', 'partner', 'Paid Other'],
    ['?utm_source=partner&utm_medium=affiliate', 'partner', 'Affiliates'],
    ['?utm_source=twitter', 'X', 'Organic Social'],
    ['?utm_source=leaflet', 'leaflet', 'Campaign'],
    ['?ref=producthunt', 'producthunt', 'Referral'],
    ['?source=hn', 'Hacker News', 'Organic Social'],
    ['?gclid=abc', undefined, 'Paid Search'],
    ['?utm_campaign=May', undefined, 'Campaign'],
  ])('%s is %s, %s', (query, source, channel) => {
    const acquisition = from(query);
    expect(acquisition).toMatchObject({ channel });
    expect(acquisition?.source).toBe(source);
  });

  test('keeps the parameters as they are', () => {
    const query = '?utm_source=A%20b&utm_medium=m&utm_campaign=c&utm_content=d&utm_term=e&other=f';
    expect(from(query)).toMatchObject({
      utm_source: 'A b',
      utm_medium: 'm',
      utm_campaign: 'c',
      utm_content: 'd',
      utm_term: 'e',
    });
    expect(Object.keys(from(query) ?? {})).not.toContain('other');
  });

  test('takes a campaign before a referrer, and the referrer of the paid click', () => {
    const campaign = from('?utm_source=leaflet', 'https://www.google.com/');
    expect(campaign).toMatchObject({ source: 'leaflet', channel: 'Campaign', referrer: 'google.com' });
    expect(from('?gclid=x', 'https://www.google.com/')).toMatchObject({ source: 'Google', channel: 'Paid Search' });
    expect(from('?utm_source=leaflet', 'https://example.com/')?.referrer).toBeUndefined();
  });

  test('cleans what an escape brings in', () => {
    expect(from('?utm_source=a%00b&utm_campaign=%ff')).toMatchObject({
      utm_source: 'a\ufffdb',
      utm_campaign: '\ufffd',
    });
  });

  test.each([
    [`?${'&'.repeat(1900)}`],
    [`?${'utm_source='.repeat(150)}`],
    [`?utm_medium=${'cp'.repeat(900)}`],
    [`?${'%'.repeat(1900)}`],
    ['?__proto__=x&constructor=y'],
  ])('ends on hostile queries', (query) => {
    expect(() => from(query, `https://${'a.'.repeat(900)}b/`)).not.toThrow();
  });
});
