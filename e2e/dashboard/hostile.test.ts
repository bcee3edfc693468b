import { beforeAll, describe, expect, test } from 'vitest';
import { ordinaryAgent } from '../browser/browser.ts';
import { send } from '../support/http.ts';
import { until } from '../support/until.ts';
import { panel, settled } from './look.ts';
import { dashboard, totalOf } from './scene.ts';

const { open, collector, reporting } = dashboard();
const SITE = 'hostile.example';

/** Each would run, or ask for something, where it is taken for markup. */
const image = `<img src=x onerror=alert(1)>`;
const script = `"><script>alert(2)</script>`;
const style = `</style><svg onload=alert(3)>`;
const template = '${alert(4)}{{alert(4)}}';

beforeAll(async () => {
  const events = ['page_view', image, script].map((event_type, n) => ({
    site_id: SITE,
    event_type,
    path: `/${[image, script, style][n]}`,
    user_id: `${image}${n}`,
    title: image,
    hostname: 'hostile.example',
    referrer: [`https://evil.example/${image}`, 'javascript:alert(5)', `https://x.example/${style}`][n],
    language: 'de',
    props: { [image]: script, [template]: style, constructor: image },
  }));
  const taken = [(await send(`${collector()}/event`, events)).status];
  const url = `https://hostile.example/a?utm_source=${encodeURIComponent(image)}&utm_campaign=${encodeURIComponent(script)}&utm_medium=${encodeURIComponent(style)}`;
  const view = { id: crypto.randomUUID(), name: 'pageview', time: Date.now(), url, title: script, referrer: url };
  const batch = {
    site: SITE,
    sent: Date.now(),
    language: `de"><b>`,
    events: [view, { ...view, id: crypto.randomUUID(), name: template }],
  };
  const answer = await fetch(`${collector()}/e`, {
    method: 'POST',
    headers: { 'user-agent': ordinaryAgent() },
    body: JSON.stringify(batch),
  });
  if (![...taken, answer.status].every((status) => status === 202)) throw new Error('the hostile events were refused');
  await until('the events to be counted', async () => ((await totalOf(reporting(), SITE, 'events')) ?? 0) >= 5);
});

/** Elements that only markup in an event's text could have made. */
const FOREIGN = 'img, script:not([src]), [onerror], [onload], [style], b b, svg svg';

describe('what events bring is shown as text, and nothing of it happens', () => {
  test('in every panel and tab', async () => {
    const page = await open(`/?site=${SITE}&range=day`);
    await settled(page);
    expect(await panel(page, 'Pages').textContent()).toContain(`/${image}`);
    expect(await panel(page, 'Pages').textContent()).toContain(`/${script}`);
    expect(await panel(page, 'Events').textContent()).toContain(image);
    expect(await panel(page, 'Events').textContent()).toContain(template);
    expect(await panel(page, 'Properties').textContent()).toContain(image);
    for (const name of ['Sources', 'Pages', 'Countries', 'Browsers', 'Properties']) {
      for (const button of await panel(page, name).getByRole('button').all()) {
        await button.click();
        await settled(page);
        expect(await page.locator(FOREIGN).count()).toBe(0);
      }
    }
    for (const dimension of ['utm_source', 'utm_medium', 'utm_campaign']) {
      await panel(page, 'Sources').getByRole('combobox').selectOption(dimension);
      await settled(page);
      expect(await page.locator(FOREIGN).count()).toBe(0);
    }
    expect(await panel(page, 'Sources').textContent()).toContain(script);
  });

  test('in the filters, the lists, and what is live', async () => {
    const page = await open(`/?site=${SITE}&range=day`);
    await settled(page);
    await panel(page, 'Events').getByText(image).click();
    await settled(page);
    expect(await page.locator('.chip').textContent()).toContain(`Event is ${image}`);
    await page.goto(`${reporting()}/?site=${SITE}&range=day&detail=page`);
    await page
      .getByRole('dialog')
      .getByRole('link', { name: `/${image}` })
      .waitFor();
    await page.getByRole('searchbox').fill(image);
    await expect.poll(() => page.getByRole('dialog').locator('tbody tr').count()).toBe(1);
    expect(await page.locator(FOREIGN).count()).toBe(0);
    await page.goto(`${reporting()}/?site=${SITE}&range=day`);
    await page.getByRole('button', { name: /visitors now/ }).click();
    await expect.poll(() => page.getByRole('dialog').textContent()).toContain(image);
    expect(await page.locator(FOREIGN).count()).toBe(0);
  });

  test('links lead out to http and https only, and tell nothing', async () => {
    const page = await open(`/?site=${SITE}&range=day&sources=referrer`);
    await settled(page);
    const links = await page
      .locator('a[target]')
      .evaluateAll((all) => all.map((one) => [one.getAttribute('href') ?? '', one.getAttribute('rel') ?? '']));
    expect(links.length).toBeGreaterThan(0);
    for (const [href, rel] of links) {
      expect(href).toMatch(/^https?:\/\//);
      expect(rel).toBe('noopener noreferrer');
    }
    const others = await page
      .locator('a:not([target])')
      .evaluateAll((all) => all.map((one) => one.getAttribute('href')));
    expect(others.every((href) => href?.startsWith('?') || href === 'api/v1/reference')).toBe(true);
  });
});

describe('what the address brings', () => {
  test.each([
    `/?site=${encodeURIComponent(image)}`,
    `/?site=${SITE}&f=${encodeURIComponent(`is~page~${image}`)}&f=${encodeURIComponent(`is~property:${script}~${style}`)}`,
    `/?site=${SITE}&detail=${encodeURIComponent(`property:${image}`)}&q=${encodeURIComponent(script)}`,
    `/?site=${SITE}&range=${encodeURIComponent(image)}&metric=${encodeURIComponent(script)}&by=x&compare=${encodeURIComponent(style)}`,
    `/?site=${SITE}&pages=${encodeURIComponent(`property:${image}`)}&properties=${encodeURIComponent(`property:${script}`)}`,
    `/?site=__proto__&f=is~constructor~x`,
  ])('%s', async (path) => {
    const page = await open(path);
    await page.getByRole('button', { name: /^Site/ }).waitFor();
    await expect.poll(() => page.locator('[aria-busy="true"]').count()).toBe(0);
    expect(await page.locator(FOREIGN).count()).toBe(0);
  });
});
