import { afterEach, describe, expect, test } from 'vitest';
import { serveSite } from '../sdk/site.ts';
import type { Site } from '../sdk/site.ts';
import { figure, panel, rows, settled } from './look.ts';
import { dashboard, totalOf } from './scene.ts';

const { open, collector, reporting, run } = dashboard();
const sites: Site[] = [];
afterEach(async () => {
  for (const site of sites.splice(0)) await site.close();
});

async function withSnippet(snippet: string): Promise<string> {
  const site = await serveSite({ '/': { html: `<!doctype html><title>Mine</title>${snippet}<h1>Mine</h1>` } });
  sites.push(site);
  return `http://localhost:${site.port}/`;
}

describe('the start page', () => {
  test('is what a new Footfall shows, with the line to paste', async () => {
    const page = await open('/');
    await page.getByRole('heading', { name: 'Footfall is running.' }).waitFor();
    await page.getByLabel('Your site').fill('mine.example');
    const line = `<script defer src="${collector()}/s.js" data-site="mine.example"></script>`;
    expect(await page.getByLabel('The snippet').textContent()).toBe(line);
    expect(await page.textContent('main')).toContain('The collector listens on this machine only');
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByRole('button', { name: 'Copy', exact: true }).click();
    await page.getByRole('button', { name: 'Copied' }).waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(line);
    await page.getByRole('button', { name: 'npm' }).click();
    expect(await page.getByLabel('The snippet').textContent()).toContain(`endpoint: '${collector()}/e'`);
    await page.getByLabel('Your site').fill(`<i>"'my site`);
    expect(await page.getByLabel('Your site').inputValue()).toBe('imysite');
  });

  test('its checks turn green when a page with that line is opened', async () => {
    const page = await open('/');
    await page.getByLabel('Your site').fill('green.example');
    const snippet = (await page.getByLabel('The snippet').textContent()) ?? '';
    expect(await page.locator('.checks').textContent()).toContain('Script loaded: Waiting');
    const mine = await page.context().newPage();
    await mine.goto(await withSnippet(snippet));
    for (const name of ['Script loaded', 'Event received', 'Counted']) {
      await expect.poll(() => page.locator('.checks').textContent(), { timeout: 20_000 }).toContain(`${name}: Done`);
    }
    await page.getByRole('link', { name: 'Open the dashboard' }).click();
    await settled(page);
    expect(await figure(page, 'Visitors')).toBe('1');
    expect(await figure(page, 'Page views')).toBe('1');
    // As it happens.
    await mine.reload();
    await expect.poll(() => figure(page, 'Page views'), { timeout: 20_000 }).toBe('2');
    await expect.poll(() => page.getByRole('button', { name: '1 online: visitors now' }).count()).toBe(1);
  });

  test('they say why a visit was not counted', async () => {
    const page = await open('/?welcome=1');
    await page.getByLabel('Your site').fill('robot.example');
    const snippet = (await page.getByLabel('The snippet').textContent()) ?? '';
    const agent = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)';
    const batch = {
      site: 'robot.example',
      sent: Date.now(),
      events: [{ id: crypto.randomUUID(), name: 'pageview', time: Date.now(), url: 'http://robot.example/' }],
    };
    const headers = { 'user-agent': agent };
    const answer = await fetch(`${collector()}/e`, { method: 'POST', headers, body: JSON.stringify(batch) });
    expect(answer.status).toBe(403);
    expect(snippet).toContain('robot.example');
    await expect
      .poll(() => page.locator('.checks').textContent(), { timeout: 20_000 })
      .toContain('1 × Bots: the browser says that it is a bot');
    expect(await page.locator('.checks').textContent()).toContain('Counted: Not done');
  });
});

describe('the demo site', () => {
  test('one click opens it beside the dashboard, which shows what is done there', async () => {
    const page = await open('/?welcome=1');
    await page.getByRole('link', { name: 'Open the demo site' }).click();
    const demo = page.frameLocator('iframe[title="Demo site"]');
    await settled(page);
    await expect.poll(() => figure(page, 'Page views'), { timeout: 20_000 }).toBe('1');
    await demo.getByRole('link', { name: 'See the walks' }).click();
    await demo.getByRole('link', { name: /The coast path/ }).click();
    await demo.getByRole('button', { name: 'Book for two' }).click();
    await expect.poll(() => figure(page, 'Page views'), { timeout: 20_000 }).toBe('3');
    expect(await figure(page, 'Visits')).toBe('1');
    // A custom event alone is seen as well.
    await demo.getByRole('button', { name: 'Get the map' }).click();
    await expect.poll(() => rows(page, 'Events'), { timeout: 20_000 }).toEqual(['booking', 'map']);
    expect(await rows(page, 'Pages')).toEqual(['/demo/', '/demo/coast.html', '/demo/walks.html']);
    await expect.poll(() => panel(page, 'Properties').textContent()).toContain('people');
    await page.getByRole('link', { name: 'Close the demo site' }).click();
    await expect.poll(() => page.locator('iframe').count()).toBe(0);
    expect(await figure(page, 'Page views')).toBe('3');
  });
});

describe('sample data', () => {
  test('one click adds it, one click removes all of it, and it can be added again', async () => {
    const page = await open('/?welcome=1');
    for (let times = 0; times < 2; times++) {
      await page.getByRole('button', { name: 'Add sample data' }).click();
      await page.getByText('This is sample data.').waitFor({ timeout: 60_000 });
      await settled(page);
      expect(await figure(page, 'Visitors')).toMatch(/^\d,\d{3}$/);
      await page.getByRole('button', { name: 'Remove sample data' }).click();
      await page.getByRole('button', { name: 'Add sample data' }).waitFor();
      expect(await totalOf(reporting(), 'sample', 'events')).toBeUndefined();
    }
  });

  test('by the command line too, while the server runs', async () => {
    const sample = async (...args: string[]): Promise<string> => {
      const { code, stdout, stderr } = await run('sample', ...args);
      expect([code, stderr]).toEqual([0, '']);
      return stdout;
    };
    expect(await sample('add')).toContain('is in the queue of the server that runs');
    await expect.poll(() => totalOf(reporting(), 'sample', 'events'), { timeout: 30_000 }).toBeGreaterThan(0);
    expect(await sample('remove')).toMatch(/\d+ sample events removed/);
    await expect.poll(() => totalOf(reporting(), 'sample', 'events'), { timeout: 30_000 }).toBeUndefined();
  });
});

test('a site that is not there is shown as soon as it is', async () => {
  const page = await open('/?site=later.example&range=day');
  await page.getByRole('heading', { name: 'No site is called later.example' }).waitFor();
  const snippet = `<script defer src="${collector()}/s.js" data-site="later.example"></script>`;
  const mine = await page.context().newPage();
  await mine.goto(await withSnippet(snippet));
  await expect.poll(() => page.locator('.figure-value').first().textContent(), { timeout: 20_000 }).toBe('1');
});

test('what comes in while the first numbers are on their way is shown, too', async () => {
  const visit = async (): Promise<void> => {
    const call = { site_id: 'just.example', event_type: 'page_view', path: '/', user_id: 'someone' };
    const answer = await fetch(`${collector()}/event`, { method: 'POST', body: JSON.stringify(call) });
    expect(answer.status).toBe(202);
  };
  const seen = async (views: number): Promise<void> => {
    await expect.poll(() => totalOf(reporting(), 'just.example', 'pageviews'), { timeout: 20_000 }).toBe(views);
  };
  await visit();
  await seen(1);
  const page = await open('/?welcome=1');
  // What tells the page of changes is held back until there is one that its first numbers do not have.
  const { promise: change, resolve } = Promise.withResolvers<void>();
  const watching = JSON.stringify({ site_id: 'just.example', date_range: 'day', metrics: ['events'] });
  await page.route('**/api/v1/*', async (route) => {
    if (/\/realtime/.test(route.request().url()) || route.request().postData() === watching) await change;
    await route.continue();
  });
  await page.goto(`${reporting()}/?site=just.example&range=day`);
  await expect.poll(() => figure(page, 'Page views'), { timeout: 20_000 }).toBe('1');
  await visit();
  await seen(2);
  resolve();
  await expect.poll(() => figure(page, 'Page views'), { timeout: 20_000 }).toBe('2');
});
