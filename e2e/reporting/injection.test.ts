import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventDimensions, metrics, visitDimensions } from '../../core/question.ts';
import type { Condition, Dimension, Filter } from '../../core/question.ts';
import { act, NOW, sentOf, view } from './scenarios/tell.ts';
import type { More, Told } from './scenarios/tell.ts';
import { newWorld } from './world.ts';
import type { World } from './world.ts';

/** Texts that are meant to be something else wherever they come to. */
const attacks = [
  `'; DROP TABLE visits; --`,
  `' OR '1'='1`,
  `" OR ""="`,
  `\\'; SELECT 1; --`,
  `$1`,
  `$999::BIGINT`,
  `:name ?1 @x`,
  `/* comment */ --`,
  `'||(SELECT id FROM sites)||'`,
  `<script>alert(1)</script>`,
  `"><img src=x onerror=alert(1)>`,
  `\${7*7}{{7*7}}<%= 7*7 %>`,
  `%00\u0000\u0001\u001f`,
  `\ud800 a lone half`,
  `\u202e\u0000\ufeff`,
  `${'%'.repeat(50)}__%s%n`,
  '🧨'.repeat(20),
  '__proto__',
  'constructor',
  '../../../../etc/passwd',
  '(((((((((((((((((a*)*)*)*)*)*)*)*)*)*)*)*)*)*)*)*)*)*$',
  'x'.repeat(1900),
];

const SITE = 'a.example';
const now = Date.parse(NOW);
let world: World;

/** As a text comes back: what UTF-8 cannot hold is replaced. */
const shown = (text: string): string => text.toWellFormed();

/** One visit with an attack in every field that is a text. */
function attacked(text: string, n: number): Told[] {
  const more: More = {
    browser: text,
    browser_version: text,
    os: text,
    os_version: text,
    device: text,
    language: text,
    country: text,
    region: text,
    city: text,
    referrer: text,
    source: text,
    channel: text,
    utm_source: text,
    utm_medium: text,
    utm_campaign: text,
    utm_content: text,
    utm_term: text,
    host: text,
    props: [
      [text.slice(0, 100), text],
      ['plan', text],
    ],
  };
  return [view(`v${n}`, '10:00', text, more), act(`v${n}`, '10:01', text, text, more), view(`@${text}`, '11:00', text)];
}

beforeAll(async () => {
  world = await newWorld({ now });
  await world.addSite(SITE, 'UTC');
  await world.apply(SITE, sentOf(attacks.flatMap(attacked)));
  await world.caughtUp();
  world.setNow(now);
});

afterAll(() => world.close());

const dimensions: Dimension[] = [...eventDimensions, ...visitDimensions, 'property:plan'];

describe('events with attacks in every field', () => {
  test('are counted like any other', async () => {
    const { results } = await world.ask({
      site_id: SITE,
      date_range: 'day',
      metrics: ['visits', 'pageviews', 'events'],
    });
    const count = attacks.length;
    expect(results[0]?.metrics).toEqual([2 * count, 2 * count, 3 * count]);
    expect(world.errors).toEqual([]);
  });

  test.each(dimensions)('come back as they were, by %s', async (dimension) => {
    const { results } = await world.ask({
      site_id: SITE,
      date_range: 'day',
      metrics: ['events'],
      dimensions: [dimension],
      pagination: { limit: 1000 },
    });
    const values = new Set(results.map((row) => row.dimensions[0]));
    for (const text of attacks) expect(values).toContain(shown(text));
  });

  test.each(attacks)('are found by themselves, and by nothing else: %j', async (text) => {
    const { results } = await world.ask({
      site_id: SITE,
      date_range: 'day',
      metrics: ['events'],
      filters: [['is', 'utm_term', [text]]],
    });
    expect(results[0]?.metrics).toEqual([2]);
  });

  test('the answer is JSON, which no browser takes for a page', async () => {
    const answer = await world.post({ site_id: SITE, date_range: 'day', metrics: ['events'], dimensions: ['page'] });
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  });
});

/** Page views of what a filter leaves. */
async function viewsOf(filter: Filter): Promise<number> {
  const { results } = await world.ask({
    site_id: SITE,
    date_range: 'day',
    metrics: ['visitors', 'pageviews', 'bounce_rate'],
    filters: [filter],
  });
  return results[0]?.metrics[1] ?? 0;
}

describe('attacks in every text of a question', () => {
  test.each(attacks)('as values and properties: %j', async (text) => {
    const properties: Condition[1][] = ['property:plan', `property:${text.slice(0, 60)}`];
    for (const names of [visitDimensions, [...eventDimensions, ...properties]]) {
      for (const operator of ['is', 'contains', 'matches'] as const) {
        const value = text.slice(0, 400);
        const has = names.map((name): Condition => [operator, name, [value]]);
        const lacks = names.map((name): Condition => [`${operator}_not`, name, [value]]);
        const views = (await viewsOf(['or', has])) + (await viewsOf(['and', lacks]));
        // What has it somewhere, and what has it nowhere, is all there is.
        expect([operator, views]).toEqual([operator, 2 * attacks.length]);
      }
    }
    expect(world.errors).toEqual([]);
  });

  test.each(attacks)('as any other text: %j', async (text) => {
    const base = { site_id: SITE, date_range: 'day', metrics: ['visitors'] };
    const changes: object[] = [
      { site_id: text },
      { date_range: text },
      { date_range: [text, text] },
      { metrics: [text] },
      { dimensions: [text] },
      { dimensions: [`time:${text}`] },
      { filters: [[text, 'page', ['/']]] },
      { filters: [['is', text, ['/']]] },
      { order_by: [[text, 'asc']] },
      { order_by: [['visitors', text]] },
      { pagination: { limit: text } },
      { include: { comparison: text } },
      { include: { comparison: ['2026-11-01', text] } },
      { [text]: text },
      { include: { [text]: true } },
    ];
    for (const change of changes) {
      const answer = await world.post({ ...base, ...change });
      const { message } = (await answer.json()) as { message: string };
      // A short one may be a word of the message's own.
      const isEchoed = text.length > 20 && message.includes(text);
      expect({ change, isRefused: [404, 422].includes(answer.status), isEchoed }).toEqual({
        change,
        isRefused: true,
        isEchoed: false,
      });
    }
    const property = await world.post({
      ...base,
      dimensions: [`property:${text.slice(0, 60)}`],
      order_by: [[`property:${text.slice(0, 60)}`, 'desc']],
    });
    expect(property.status).toBe(200);
    expect(world.errors).toEqual([]);
  });

  test('the tables are still there, with all in them', async () => {
    const { results } = await world.ask({ site_id: SITE, date_range: 'day', metrics: [...metrics] });
    expect(results[0]?.metrics[3]).toBe(3 * attacks.length);
  });
});

describe('regular expressions that blow up elsewhere', () => {
  test.each([
    '^(a+)+$',
    '(a|aa)+$',
    '(.*a){20}',
    '(x+x+)+y',
    '((a*)*)*b',
    '^(([a-z])+.)+[A-Z]([a-z])+$',
    '(?:.?){500}x',
  ])('%s', async (pattern) => {
    const answer = await world.post({
      site_id: SITE,
      date_range: 'day',
      metrics: ['visitors'],
      filters: [
        ['matches', 'page', [pattern]],
        ['matches', 'property:plan', [pattern]],
      ],
    });
    expect([200, 422]).toContain(answer.status);
  });

  test.each([
    'a{1000}{1000}',
    '((a{100}){100}){100}',
    '(?=x)',
    '(?<=x)y',
    '\\1',
    '(',
    '[',
    '*',
    'a**',
    '\\',
    '(?P<n',
    '\\pX',
  ])('%s is refused', async (pattern) => {
    const answer = await world.post({
      site_id: SITE,
      date_range: 'day',
      metrics: ['visitors'],
      filters: [['matches_not', 'source', [pattern]]],
    });
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({ reason: 'question', field: 'filters' });
  });
});
