import { describe, expect, test } from 'vitest';
import { address, figure, layoutShifts, panel, rows, settled } from './look.ts';
import { dashboard } from './scene.ts';

const { open } = dashboard({ sample: true });

describe('what is shown', () => {
  test('numbers, graph, and all panels of the only site that has something', async () => {
    const page = await open('/');
    await settled(page);
    expect(await page.title()).toBe('Sample data, Last 28 days · Footfall');
    expect(await figure(page, 'Visitors')).toMatch(/^\d,\d{3}$/);
    expect(await figure(page, 'Bounce rate')).toMatch(/^\d\d%$/);
    await expect.poll(() => page.locator('.change').count()).toBe(6);
    // A panel whose question depends on another's answer comes later.
    for (const [name, row] of [
      ['Sources', 'Hacker News'],
      ['Pages', '/pricing'],
      ['Countries', 'DEGermany'],
      ['Browsers', 'Firefox'],
      ['Events', 'signup'],
      ['Properties', 'monthly'],
    ] as const) {
      await expect.poll(() => rows(page, name)).toContain(row);
    }
    expect(await page.locator('path.line').first().getAttribute('d')).toMatch(/^M[\d.]+ [\d.]+L/);
  });

  test.each([
    ['a desktop', { width: 1440, height: 1000 }],
    ['a phone', { width: 390, height: 844 }],
  ])('nothing jumps while it loads, on %s', async (_, viewport) => {
    const page = await open('/?site=sample', { viewport });
    await settled(page);
    await expect.poll(() => rows(page, 'Properties')).toContain('monthly');
    expect(await layoutShifts(page)).toEqual([]);
  });

  test('says everywhere that the sample is one', async () => {
    const page = await open('/');
    await settled(page);
    expect(await page.getByRole('complementary', { name: 'Sample data' }).textContent()).toContain(
      'This is sample data',
    );
    await expect.poll(() => page.getByRole('button', { name: /^Site: Sample data/ }).count()).toBe(1);
  });
});

describe('the state is in the address', () => {
  test('a metric, drawn at once, and kept by a reload', async () => {
    const page = await open('/');
    await settled(page);
    await page.getByRole('button', { name: 'Bounce rate' }).click();
    expect(address(page)).toMatchObject({ metric: 'bounce_rate' });
    await page.reload();
    await settled(page);
    expect(await page.getByRole('button', { name: 'Bounce rate' }).getAttribute('aria-pressed')).toBe('true');
    expect(await page.locator('.graph-title').textContent()).toBe('Bounce rate');
    // Which, the day's first visits decide: all may have bounced.
    await expect
      .poll(() => page.locator('text.tick').allTextContents())
      .toContainEqual(expect.stringMatching(/^[1-9]\d{1,2}%$/));
  });

  test('the tab of a panel', async () => {
    const page = await open('/?site=sample');
    await settled(page);
    await panel(page, 'Sources').getByRole('button', { name: 'Channels' }).click();
    expect(address(page)).toMatchObject({ sources: 'channel' });
    await expect.poll(() => rows(page, 'Sources')).toContain('Organic Search');
    await panel(page, 'Sources').getByRole('combobox').selectOption('utm_campaign');
    expect(address(page)).toMatchObject({ sources: 'utm_campaign' });
    await expect.poll(() => rows(page, 'Sources')).toContain('weekly-letter');
  });

  test('a filter by a click, its chip, and the way back', async () => {
    const page = await open('/?site=sample');
    await settled(page);
    const all = await figure(page, 'Visitors');
    await panel(page, 'Countries').getByText('Germany').click();
    expect(address(page)).toEqual({ site: 'sample', f: 'is~country~DE' });
    await settled(page);
    await expect.poll(() => figure(page, 'Visitors')).not.toBe(all);
    const german = await figure(page, 'Visitors');
    await panel(page, 'Browsers').getByText('Firefox').click();
    expect(address(page).f).toEqual(['is~country~DE', 'is~browser~Firefox']);
    await expect.poll(() => figure(page, 'Visitors')).not.toBe(german);
    expect(await page.locator('.chip').allTextContents()).toEqual(['Country is Germany', 'Browser is Firefox']);

    await page.goBack();
    await expect.poll(() => figure(page, 'Visitors')).toBe(german);
    await page.goBack();
    await expect.poll(() => figure(page, 'Visitors')).toBe(all);
    await page.goForward();
    await expect.poll(() => figure(page, 'Visitors')).toBe(german);
    await page.getByRole('link', { name: 'Remove the filter: Country is Germany' }).click();
    await expect.poll(() => figure(page, 'Visitors')).toBe(all);
    await expect.poll(() => page.locator('.chip').count()).toBe(0);
  });

  test('a row that is filtered by is marked, and a second click takes the filter out', async () => {
    const page = await open('/?site=sample&f=is~source~Google');
    await settled(page);
    const row = panel(page, 'Sources').getByRole('link', { name: /^Google/ });
    expect(await row.getAttribute('aria-current')).toBe('true');
    await row.click();
    expect(address(page)).toEqual({ site: 'sample' });
  });

  test('a shared link shows the same elsewhere', async () => {
    const link = '/?site=sample&range=7d&metric=visits&f=is~device~mobile&compare=none&pages=entry_page';
    const [one, other] = [await open(link), await open(link)];
    await settled(one);
    await settled(other);
    expect(await figure(one, 'Visits')).toBe(await figure(other, 'Visits'));
    await expect.poll(() => one.locator('.change').count()).toBe(0);
    expect(await rows(other, 'Pages')).toEqual(await rows(one, 'Pages'));
  });

  test('links can be opened elsewhere: a click with the control key leaves the page as it is', async () => {
    const page = await open('/?site=sample');
    await settled(page);
    const row = panel(page, 'Sources').getByRole('link', { name: /^Google/ });
    expect(await row.getAttribute('href')).toContain('f=is%7Esource%7EGoogle');
    const opened = page.context().waitForEvent('page');
    await row.click({ modifiers: ['ControlOrMeta'] });
    await (await opened).close();
    expect(address(page)).toEqual({ site: 'sample' });
  });
});

describe('the period', () => {
  test('every named one, by the keyboard', async () => {
    const page = await open('/?site=sample');
    await settled(page);
    const names = ['Today', 'Last 24 hours', 'Last 7 days', 'Last 30 days', 'Last 91 days', 'This month'];
    for (const name of [...names, 'Last 6 months', 'Last 12 months', 'This year', 'All time']) {
      await page.getByRole('button', { name: /^Period/ }).focus();
      await page.keyboard.press('Enter');
      const link = page.getByRole('dialog').getByRole('link', { name, exact: true });
      for (let tabs = 0; !(await link.evaluate((one) => one === one.ownerDocument.activeElement)); tabs++) {
        expect(tabs).toBeLessThan(20);
        await page.keyboard.press('Tab');
      }
      await page.keyboard.press('Enter');
      await expect.poll(() => page.getByRole('button', { name: /^Period/ }).textContent()).toBe(name);
      await settled(page);
      await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
      await expect.poll(() => page.locator('.notice').count()).toBe(0);
    }
    expect(address(page)).toEqual({ site: 'sample', range: 'all' });
  });

  test('two dates, the period before and after, and another to compare with', async () => {
    const page = await open('/?site=sample');
    await settled(page);
    await page.getByRole('button', { name: /^Period/ }).click();
    const box = page.getByRole('dialog');
    await box.getByLabel('From').first().fill('2026-03-08');
    await box.getByLabel('To').first().fill('2026-03-02');
    await box.getByRole('button', { name: 'Show' }).first().click();
    // The order of the two does not matter.
    expect(address(page)).toEqual({ site: 'sample', range: '2026-03-02..2026-03-08' });
    await page.getByRole('link', { name: 'Earlier period' }).click();
    expect(address(page)).toEqual({ site: 'sample', range: '2026-02-23..2026-03-01' });
    await page.getByRole('link', { name: 'Later period' }).click();
    expect(address(page)).toEqual({ site: 'sample', range: '2026-03-02..2026-03-08' });

    await page.getByRole('button', { name: /^Period/ }).click();
    await box.getByRole('radio', { name: 'Year before' }).check();
    expect(address(page)).toMatchObject({ compare: 'year_before' });
    await box.getByText('Other dates').click();
    await box.getByRole('group', { name: 'Compare from date to date' }).getByLabel('From').fill('2026-01-01');
    await box.getByRole('group', { name: 'Compare from date to date' }).getByLabel('To').fill('2026-01-07');
    await box.getByRole('group', { name: 'Compare from date to date' }).getByRole('button', { name: 'Show' }).click();
    expect(address(page)).toMatchObject({ compare: '2026-01-01..2026-01-07' });
    await expect
      .poll(() => page.locator('.legend').textContent())
      .toContain('1–7 Jan 2026'.replace('–', ' – ').slice(-8));
  });

  test('a period without anything says so, and is no error', async () => {
    const page = await open('/?site=sample&range=2020-01-01..2020-01-07');
    await settled(page);
    expect(await figure(page, 'Visitors')).toBe('0');
    await expect.poll(() => page.getByText('Nothing was counted in this period.').count()).toBe(1);
    expect(await panel(page, 'Pages').textContent()).toContain('No pages in this period.');
  });
});

describe('the graph', () => {
  test('arrow keys move along its points, and each is read out', async () => {
    const page = await open('/?site=sample&range=7d');
    await settled(page);
    const slider = page.getByRole('slider');
    await slider.focus();
    // A focus that comes by the keyboard marks the last point.
    await page.keyboard.press('End');
    const last = await slider.getAttribute('aria-valuetext');
    expect(last).toMatch(/^\w{3},? .*: [\d,]+ so far, [\d,]+ before/);
    await page.keyboard.press('ArrowLeft');
    const before = await slider.getAttribute('aria-valuetext');
    expect(before).not.toBe(last);
    expect(before).not.toContain('so far');
    expect(await slider.getAttribute('aria-valuenow')).toBe('6');
    expect(await page.locator('.readout-value').textContent()).toBe(/: ([\d,]*\d)/.exec(before ?? '')?.[1]);
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowLeft');
    expect(await slider.getAttribute('aria-valuenow')).toBe('1');
    await page.keyboard.press('Enter');
    expect(address(page).range).toMatch(/^(\d{4}-\d\d-\d\d)\.\.\1$/);
    await settled(page);
    expect(await page.locator('text.tick').allTextContents()).toContain('12');
  });

  test('the pointer shows a point, and a click opens its day', async () => {
    const page = await open('/?site=sample');
    await settled(page);
    await page.locator('.plot svg').hover({ position: { x: 500, y: 100 } });
    await expect.poll(() => page.locator('.readout').count()).toBe(1);
    await page.locator('.plot svg').click({ position: { x: 500, y: 100 } });
    expect(address(page).range).toMatch(/^(\d{4}-\d\d-\d\d)\.\.\1$/);
    await page.goBack();
    expect(address(page)).toEqual({ site: 'sample' });
  });

  test('the table behind it has the same numbers', async () => {
    const page = await open('/?site=sample&range=7d&metric=pageviews');
    await settled(page);
    await page.getByRole('slider').focus();
    await page.keyboard.press('Home');
    const first = await page.getByRole('slider').getAttribute('aria-valuetext');
    await page.getByRole('button', { name: 'Table' }).click();
    expect(address(page)).toMatchObject({ show: 'table' });
    const table = page.getByRole('region', { name: 'Page views as a table' });
    const cells = await table.locator('tbody tr').first().locator('th, td').allTextContents();
    expect(first).toContain(`${cells[0]}: ${cells[1]}, ${cells[2]} before`);
    await expect.poll(() => table.locator('tbody tr').count()).toBe(7);
  });

  test('by weeks instead of days', async () => {
    const page = await open('/?site=sample');
    await settled(page);
    await page.getByRole('combobox', { name: 'Drawn by' }).selectOption('week');
    expect(address(page)).toMatchObject({ by: 'week' });
    await settled(page);
    await page.getByRole('slider').focus();
    await page.keyboard.press('Home');
    expect(await page.getByRole('slider').getAttribute('aria-valuetext')).toMatch(/^Week of/);
  });
});

describe('the full list', () => {
  test('opens, searches, sorts, and goes back', async () => {
    const page = await open('/?site=sample');
    await settled(page);
    await panel(page, 'Pages')
      .getByRole('link', { name: /^All \d+ pages$/ })
      .click();
    expect(address(page)).toEqual({ site: 'sample', detail: 'page' });
    const list = page.getByRole('dialog', { name: 'Pages' });
    await expect.poll(() => list.locator('tbody tr').count()).toBe(19);
    await list.getByRole('searchbox').fill('blog');
    await expect.poll(() => list.locator('tbody tr').count()).toBe(4);
    expect(address(page)).toMatchObject({ q: 'blog' });
    await list.getByRole('button', { name: /Page views/ }).click();
    await list.getByRole('button', { name: /Page views/ }).click();
    expect(address(page)).toMatchObject({ sort: 'pageviews-asc' });
    await expect
      .poll(async () => {
        const cells = await list.locator('tbody tr td:nth-child(3)').allTextContents();
        const numbers = cells.map((text) => Number(text.replace(',', '')));
        return numbers.length === 4 && numbers.every((one, at) => at === 0 || one >= (numbers[at - 1] ?? 0));
      })
      .toBe(true);
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
    expect(address(page)).toEqual({ site: 'sample' });
  });

  test('a row of it filters, and a country is found by its name', async () => {
    const page = await open('/?site=sample&detail=country');
    const list = page.getByRole('dialog', { name: 'Countries' });
    await list.getByRole('searchbox').fill('germ');
    await expect.poll(() => list.locator('tbody tr').count()).toBe(1);
    await list.getByRole('link', { name: 'Germany' }).click();
    expect(address(page)).toEqual({ site: 'sample', f: 'is~country~DE' });
  });

  test('has pages', async () => {
    const page = await open('/?site=sample&range=all&detail=entry_page&p=2');
    const list = page.getByRole('dialog', { name: 'Entry pages' });
    // There are fewer than one page's: the second is empty, and the way back is there.
    await expect.poll(() => list.getByText('Nothing fits.').count()).toBe(1);
    await list.getByRole('button', { name: 'Back' }).click();
    await expect.poll(() => list.locator('tbody tr').count()).toBeGreaterThan(5);
    expect(await list.getByRole('button', { name: 'Next' }).isDisabled()).toBe(true);
  });
});

describe('other controls', () => {
  test('a filter of any kind', async () => {
    const page = await open('/?site=sample');
    await settled(page);
    await page.getByRole('button', { name: 'Add a filter' }).click();
    const form = page.getByRole('dialog');
    await form.getByLabel('What').selectOption('page');
    await form.getByLabel('How').selectOption('contains');
    await form.getByLabel('Value').fill('/docs');
    await form.getByLabel('Value').press('Enter');
    expect(address(page)).toEqual({ site: 'sample', f: 'contains~page~/docs' });
    await settled(page);
    expect((await rows(page, 'Pages')).every((path) => path.startsWith('/docs'))).toBe(true);
  });

  test('an event, and its properties', async () => {
    const page = await open('/?site=sample');
    await settled(page);
    await panel(page, 'Events').getByText('signup').click();
    await settled(page);
    await expect.poll(() => rows(page, 'Properties')).toEqual(['free', 'team', 'business']);
    await panel(page, 'Properties').getByText('team').click();
    expect(address(page).f).toEqual(['is~event~signup', 'is~property:plan~team']);
    await settled(page);
    expect(await page.locator('.chip').allTextContents()).toEqual(['Event is signup', 'plan is team']);
  });

  test('light and dark, kept for the next time', async () => {
    const page = await open('/?site=sample', { colorScheme: 'light' });
    await settled(page);
    const ground = () =>
      page.locator('body').evaluate((body) => getComputedStyle(body.parentElement ?? body).backgroundColor);
    const light = await ground();
    await page.getByRole('button', { name: 'Change to dark colours' }).click();
    const dark = await ground();
    expect(dark).not.toBe(light);
    await page.reload();
    await settled(page);
    expect(await ground()).toBe(dark);
    await page.getByRole('button', { name: 'Change to light colours' }).click();
    expect(await ground()).toBe(light);
  });

  test('visitors now', async () => {
    const page = await open('/?site=sample');
    await settled(page);
    await page.getByRole('button', { name: /visitors now/ }).click();
    const box = page.getByRole('dialog');
    await expect.poll(() => box.locator('rect').count()).toBe(30);
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
    expect(await page.getByRole('button', { name: /visitors now/ }).evaluate((one) => one.matches(':focus'))).toBe(
      true,
    );
  });

  test('a box closes by a click beside it, and by leaving it with the keyboard', async () => {
    const page = await open('/?site=sample');
    await settled(page);
    await page.getByRole('button', { name: /^Site/ }).click();
    await expect.poll(() => page.getByRole('dialog').count()).toBe(1);
    await page.mouse.click(640, 500);
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
    await page.getByRole('button', { name: /^Site/ }).click();
    for (let tabs = 0; tabs < 4; tabs++) await page.keyboard.press('Tab');
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
  });

  test('nothing is wider than a phone', async () => {
    const page = await open('/?site=sample', { viewport: { width: 360, height: 740 } });
    await settled(page);
    for (const name of [/^Period/, /^Site/, /Add a filter/, /visitors now/]) {
      await page.getByRole('button', { name }).click();
      const { x, width } = (await page.getByRole('dialog').boundingBox()) ?? { x: -1, width: 0 };
      expect(x).toBeGreaterThanOrEqual(0);
      expect(x + width).toBeLessThanOrEqual(360);
      await page.keyboard.press('Escape');
    }
    expect(await page.locator('body').evaluate((body) => body.parentElement?.scrollWidth)).toBe(360);
  });
});
