import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { answerScenarios } from './scenarios/answers.ts';
import { filterScenarios } from './scenarios/filters.ts';
import { NOW, sentOf } from './scenarios/tell.ts';
import type { Scenario } from './scenarios/tell.ts';
import { timeScenarios } from './scenarios/times.ts';
import { visitScenarios } from './scenarios/visits.ts';
import { newWorld } from './world.ts';
import type { World } from './world.ts';

/** Each scenario is a site of its own in one store; the events go through the store and the replica. */

const groups: [string, Scenario[]][] = [
  ['visits, pages and people', visitScenarios],
  ['times', timeScenarios],
  ['filters', filterScenarios],
  ['answers', answerScenarios],
];
const all = groups.flatMap(([, scenarios]) => scenarios);
const siteOf = (scenario: Scenario): string => `scenario-${all.indexOf(scenario)}.example`;

let world: World;

beforeAll(async () => {
  world = await newWorld({ now: Date.parse(NOW) });
  for (const scenario of all) {
    await world.addSite(siteOf(scenario), scenario.zone ?? 'UTC', { visitor_life: scenario.life });
    // One after the other, so that visits grow, join and are replaced.
    for (const one of sentOf(scenario.events, scenario.zone)) await world.apply(siteOf(scenario), [one]);
  }
  await world.caughtUp();
});

afterAll(() => world.close());

describe.each(groups)('%s', (_, scenarios) => {
  test.each(scenarios)('$name', async (scenario) => {
    world.setNow(Date.parse(scenario.now ?? NOW));
    const answer = await world.ask({ site_id: siteOf(scenario), ...scenario.question });
    const rows = answer.results.map(({ dimensions, metrics, comparison }) =>
      comparison ? [dimensions, metrics, comparison.metrics, comparison.change] : [dimensions, metrics],
    );
    const isSparse = scenario.count !== undefined;
    expect(isSparse ? rows.filter(([, metrics]) => metrics?.[0] !== 0) : rows).toEqual(scenario.rows);
    expect(rows).toHaveLength(scenario.count ?? scenario.rows.length);
    expect(answer.totals?.metrics).toEqual(scenario.totals ?? answer.totals?.metrics);
    expect(answer.meta).toMatchObject(scenario.meta ?? {});
    expect(world.errors).toEqual([]);
  });
});
