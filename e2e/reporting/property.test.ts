import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { daily } from '../../core/daily.contract.ts';
import { eventDimensions, metrics, operators, timeBuckets, visitDimensions } from '../../core/question.ts';
import type { Condition, Dimension, Filter, Metric, QuestionInput } from '../../core/question.ts';
import { eventsOf } from '../support/contents.ts';
import { naiveRows, seenOf } from './naive.ts';
import { randomSites } from './random-sites.ts';
import type { RandomSite } from './random-sites.ts';
import { newWorld } from './world.ts';
import type { World } from './world.ts';

const PARTITIONS = 3;
/** So low that some visitors' days pass it. */
const EVENTS_MAX = 9;
const RUNS = daily(200, 500);

let world: World;
const sites = randomSites(20_261_122);
const seen = new Map<string, ReturnType<typeof seenOf>>();

beforeAll(async () => {
  world = await newWorld({
    partitions: PARTITIONS,
    limits: { visitorDayEventsMax: EVENTS_MAX, replicaReadRowsMax: 100 },
  });
  for (const { id, zone, groups } of sites) {
    await world.addSite(id, zone);
    for (const group of groups) await world.apply(id, group);
  }
  await world.caughtUp();
  const all = await eventsOf(world.store, PARTITIONS);
  for (const { id } of sites) {
    seen.set(
      id,
      seenOf(
        all.filter(({ site }) => site === id),
        EVENTS_MAX,
      ),
    );
  }
});

afterAll(() => world.close());

const values: Record<string, string[]> = {
  page: ['/', '/pricing', '/a.b/$c', '/ü', ''],
  hostname: ['a.example', 'b.example', ''],
  event: ['pageview', 'signup', '__proto__', ''],
  source: ['a.example', 'newsletter', ''],
  country: ['CH', 'DE', ''],
  city: ['Zürich', ''],
  browser: ['Firefox', 'Chrome', ''],
  device: ['mobile', ''],
  entry_page: ['/', '/pricing', ''],
  exit_page: ['/', '/a.b/$c', ''],
  'property:plan': ['pro', '5', 'true', ''],
};

const condition: fc.Arbitrary<Condition> = fc
  .record({
    name: fc.constantFrom(...Object.keys(values)),
    operator: fc.constantFrom(...operators),
    picks: fc.array(fc.nat(10), { minLength: 1, maxLength: 3 }),
  })
  .map(({ name, operator, picks }) => {
    const list = values[name] ?? [''];
    const chosen = picks.map((pick) => list[pick % list.length] ?? '');
    const isPattern = operator.startsWith('matches');
    const part = (text: string): string => (isPattern ? text.replace(/[^\w/]/g, '.').slice(0, 3) : text);
    return [operator, name as Condition[1], chosen.map(part)];
  });

const { filter } = fc.letrec<{ filter: Filter }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 3 },
    { weight: 5, arbitrary: condition },
    {
      weight: 1,
      arbitrary: fc.tuple(
        fc.constantFrom('and' as const, 'or' as const),
        fc.array(tie('filter'), { minLength: 1, maxLength: 3 }),
      ),
    },
    { weight: 1, arbitrary: fc.tuple(fc.constant('not' as const), tie('filter')) },
  ),
}));

const dimensions: Dimension[] = [...eventDimensions, 'property:plan', ...visitDimensions];

const asked = fc.record({
  at: fc.nat(sites.length - 1),
  metrics: fc.uniqueArray(fc.constantFrom<Metric>(...metrics), { minLength: 1 }),
  dimensions: fc.uniqueArray(fc.constantFrom<Dimension>(...dimensions), { maxLength: 2 }),
  page: fc.boolean(),
  bucket: fc.option(fc.constantFrom(...timeBuckets), { nil: undefined }),
  filters: fc.oneof(
    { weight: 2, arbitrary: fc.constant<Filter[]>([]) },
    { weight: 3, arbitrary: fc.array(filter, { minLength: 1, maxLength: 2 }) },
  ),
  from: fc.double({ min: 0, max: 1, noNaN: true }),
  to: fc.double({ min: 0, max: 1, noNaN: true }),
  kind: fc.constantFrom('all', 'dates', 'instants'),
});

type Asked = typeof asked extends fc.Arbitrary<infer T> ? T : never;

function questionOf(site: RandomSite, { bucket, page, from, to, kind, ...rest }: Asked): QuestionInput {
  const span = site.to - site.from;
  const [first, last] = [from, to].map((share) => site.from + Math.floor(share * span)).sort((a, b) => a - b) as [
    number,
    number,
  ];
  const range =
    kind === 'instants'
      ? [new Date(first).toISOString(), new Date(last + 1).toISOString()]
      : [first, last].map((time) => new Date(time).toISOString().slice(0, 10));
  const list: Dimension[] = page && !rest.dimensions.includes('page') ? ['page', ...rest.dimensions] : rest.dimensions;
  const time: Dimension[] = bucket ? [`time:${kind !== 'instants' && bucket === 'minute' ? 'hour' : bucket}`] : [];
  return {
    site_id: site.id,
    date_range: kind === 'all' ? [isoDate(site.from), isoDate(site.to)] : (range as [string, string]),
    metrics: rest.metrics,
    dimensions: [...time, ...list].slice(0, 4),
    filters: rest.filters,
    pagination: { limit: 10_000 },
    include: { totals: true, total_rows: true },
  };
}

function isoDate(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

/** A page of which only an event without a visit is left: its row was missing, with the visits that entered there. */
const onceWrong: Asked = {
  at: 0,
  metrics: ['visit_duration', 'visitors'],
  dimensions: [],
  page: true,
  bucket: undefined,
  filters: [
    ['is', 'property:plan', ['pro']],
    [
      'or',
      [
        ['is', 'exit_page', ['']],
        ['is', 'page', ['/']],
      ],
    ],
  ],
  from: 0,
  to: 0,
  kind: 'all',
};

describe('random questions over random events', () => {
  test('are answered as a count of the events by hand would be', async () => {
    let rows = 0;
    await fc.assert(
      fc.asyncProperty(asked, async (one) => {
        const site = sites[one.at] as RandomSite;
        const question = questionOf(site, one);
        const answer = await world.ask(question);
        const naive = {
          from: Date.parse(answer.meta.date_range[0]),
          to: Date.parse(answer.meta.date_range[1]),
          zone: site.zone,
          metrics: question.metrics,
          dimensions: question.dimensions ?? [],
          filters: question.filters ?? [],
        };
        const expected = naiveRows(seen.get(site.id) ?? [], naive);
        const got = new Map(answer.results.map((row) => [JSON.stringify(row.dimensions), row.metrics]));
        const isSeries = naive.dimensions.length === 1 && naive.dimensions[0]?.startsWith('time:');
        const filled = new Map([...got].filter(([key]) => !isSeries || expected.has(key)));
        // Rows that only have nothing to tell may be left out.
        for (const [key, metricsOf] of expected)
          if (!filled.has(key) && metricsOf.every((m) => m === 0 || m === null)) expected.delete(key);
        expect(sorted(filled)).toEqual(sorted(expected));
        const between = isSeries ? [...got].filter(([key]) => !expected.has(key)).flatMap(([, mine]) => mine) : [];
        expect(between.filter((m) => m !== 0 && m !== null)).toEqual([]);
        expect(got.size).toBe(answer.results.length);
        expect(answer.meta.total_rows).toBe(answer.results.length);
        expect(answer.totals?.metrics).toEqual(
          naiveRows(seen.get(site.id) ?? [], { ...naive, dimensions: [] }).get('[]'),
        );
        rows += answer.results.length;
      }),
      { numRuns: RUNS, examples: [[onceWrong]] },
    );
    expect(rows).toBeGreaterThan(RUNS);
    expect(world.errors).toEqual([]);
  });
});

function sorted(rows: Map<string, unknown>): [string, unknown][] {
  return [...rows].sort(([a], [b]) => (a < b ? -1 : 1));
}
