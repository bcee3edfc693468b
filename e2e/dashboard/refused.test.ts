import { beforeAll, describe, expect, test } from 'vitest';
import type { Locator, Page } from 'playwright-core';
import { ordinaryAgent } from '../browser/browser.ts';
import { send } from '../support/http.ts';
import { axe } from './axe.ts';
import { address, figure, panel, settled } from './look.ts';
import { dashboard } from './scene.ts';

const { open, collector, run } = dashboard();
const SITE = 'refusing.example';
const BOT = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)';
const image = '<img src=x onerror=alert(1)>';

/** For the servers' door, which takes a path as it is. */
const seed = { site_id: SITE, event_type: 'page_view', path: `/${image}`, user_id: 'u1' };

async function view(url: string, agent = ordinaryAgent()): Promise<Response> {
  const event = { id: crypto.randomUUID(), name: 'pageview', time: Date.now(), url };
  return fetch(`${collector()}/e`, {
    method: 'POST',
    headers: { 'user-agent': agent, 'accept-language': 'en' },
    body: JSON.stringify({ site: SITE, sent: Date.now(), events: [event] }),
  });
}

beforeAll(async () => {
  const added = await run('site', 'add', SITE, '--hostname', SITE);
  if (added.code !== 0) throw new Error(added.stderr);
  const answers = [
    await view(`https://${SITE}/`),
    await view(`https://${SITE}/pricing`, BOT),
    await view(`https://${SITE}/about`, BOT),
    await view('https://elsewhere.example/'),
    await send(`${collector()}/event`, { ...seed, timestamp: '2100-01-01T00:00:00Z' }),
  ];
  const statuses = answers.map(({ status }) => status).join(' ');
  if (statuses !== '202 403 403 403 400') throw new Error(`answered ${statuses}`);
});

const part = (page: Page): Locator => panel(page, 'Not counted');
const opener = (page: Page): Locator => part(page).getByRole('button', { name: 'Not counted' });

async function opened(search = ''): Promise<Page> {
  const page = await open(`/?site=${SITE}&refused=1${search}`);
  await settled(page);
  await expect.poll(() => part(page).getByRole('row').count()).toBe(5);
  return page;
}

describe('what was not counted', () => {
  test('is a number at first, and a click says why; a reload shows the same', async () => {
    const page = await open(`/?site=${SITE}`);
    await settled(page);
    expect(await figure(page, 'Page views')).toBe('1');
    await expect.poll(() => opener(page).textContent()).toBe('Not counted4 in this period');
    expect(await opener(page).getAttribute('aria-expanded')).toBe('false');
    expect(await part(page).getByRole('list').count()).toBe(0);

    await opener(page).click();
    expect(address(page)).toEqual({ site: SITE, refused: '1' });
    expect(await opener(page).getAttribute('aria-expanded')).toBe('true');
    const reasons = part(page).getByRole('list', { name: 'Reasons' }).getByRole('listitem');
    await expect.poll(() => reasons.allTextContents()).toHaveLength(3);
    const texts = await reasons.allTextContents();
    expect(texts[0]).toMatch(/^Bots the browser says that it is a bot.*2$/);
    expect(texts).toContainEqual(expect.stringMatching(/^Other hosts .* list of this site1$/));

    await page.reload();
    await expect.poll(() => opener(page).getAttribute('aria-expanded')).toBe('true');
    await opener(page).click();
    expect(address(page)).toEqual({ site: SITE });
    await expect.poll(() => part(page).getByRole('list').count()).toBe(0);
  });

  test('lists the last ones, the latest first, with page and browser, as text whatever they are', async () => {
    const page = await opened();
    const rows = await part(page).getByRole('row').allTextContents();
    expect(rows[1]).toContain(`In the future/${image}`);
    expect(rows[2]).toContain('Other hostselsewhere.example/Chrome');
    expect(rows[3]).toContain('Botsrefusing.example/aboutGooglebot');
    expect(rows[4]).toContain(`Botsrefusing.example/pricingGooglebot`);
    expect(await part(page).locator('img').count()).toBe(0);
  });

  test('comes by itself while it is shown', async () => {
    const page = await opened();
    expect((await view(`https://${SITE}/late`, BOT)).status).toBe(403);
    await expect.poll(() => part(page).textContent()).toContain('refusing.example/late');
    await expect.poll(() => opener(page).textContent()).toContain('5 in this period');
  });

  test('is that of the period, and the last ones whatever it is', async () => {
    const page = await open(`/?site=${SITE}&refused=1&range=2026-01-01..2026-01-02`);
    await settled(page);
    await expect.poll(() => opener(page).textContent()).toContain('0 in this period');
    expect(await part(page).textContent()).toContain('Nothing was refused in this period.');
    expect(await part(page).getByRole('row').count()).toBeGreaterThan(4);
  });

  test('says so when it cannot be asked, and goes on when it can', async () => {
    const page = await open(`/?site=${SITE}&refused=1`, { mayLog: /Failed to load resource/ });
    await expect.poll(() => part(page).getByRole('row').count()).toBeGreaterThan(4);
    await page.context().setOffline(true);
    await expect.poll(() => part(page).textContent()).toContain('The reporting does not answer.');
    expect(await part(page).getByRole('row').count()).toBeGreaterThan(4);
    await page.context().setOffline(false);
    await expect.poll(() => part(page).textContent()).not.toContain('does not answer');
  });

  test.each([
    ['a desktop', { width: 1440, height: 1000 }],
    ['a phone', { width: 390, height: 844 }],
  ])('axe finds nothing, light and dark, and the page is not wider than %s', async (_, viewport) => {
    const page = await open(`/?site=${SITE}&refused=1`, { viewport, colorScheme: 'light' });
    await settled(page);
    await expect.poll(() => part(page).getByRole('row').count()).toBeGreaterThan(4);
    expect(await axe(page)).toEqual([]);
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await axe(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
  });
});
