import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { randomOf } from '../../core/sample.contract.ts';
import type { Random } from '../../core/sample.contract.ts';
import { buildRoad } from '../../e2e/conformance/road.ts';
import type { Road } from '../../e2e/conformance/road.ts';
import { serveSite } from '../../e2e/conformance/site.ts';
import { until } from '../../e2e/support/until.ts';
import { adoptMs } from '../../sdk/src/limits.ts';
import { startChromium } from './chromium.ts';
import type { Chromium } from './chromium.ts';
import { endings } from './endings.ts';
import type { Ending, Stage } from './endings.ts';
import { viewOf } from './trackers.ts';
import type { Counter, Happened, Tracker } from './trackers.ts';
import { beginVisit } from './visit.ts';
import type { Visit } from './visit.ts';

/** What became of the events of all visits that ended in one way. */
export interface Loss {
  ending: string;
  visits: number;
  made: number;
  delivered: number;
  /** Of what was counted, how much was counted again. */
  doubles: number;
}

export interface Scale {
  /** Of each ending. */
  visits: number;
  /** Visits at the same time, in one browser. */
  together: number;
}

/** Pages at the same time do not begin in the same moment. */
const BEGIN_MS = 1500;
/** Longest time between two events of a visit. */
const BETWEEN_MS = 900;
const QUIET_MS = 400;
/** A later page takes up what is left when it loads. */
const LATER_MS = 1500;
const LATER = '/later';
const HOST = 'shop.test';

/** Where some visits happen at the same time, and end in the same way: with a road and a browser of their own. */
interface Scene extends Stage {
  origin: string;
  tracker: Tracker;
  browser: Chromium;
  profile: string;
  close(): Promise<void>;
}

/** Makes visits, ends them in every way, has each browser come back once more, and looks what was counted. */
export async function experiment(tracker: Tracker, scale: Scale, say: (line: string) => void): Promise<Loss[]> {
  const counter = await tracker.start();
  const scenes: Scene[] = [];
  const made = new Map<string, Happened[]>();
  try {
    for (const [index, ending] of endings.entries()) {
      const all: Happened[] = [];
      for (let first = 0; first < scale.visits; first += scale.together) {
        const scene = await setScene(tracker, counter);
        scenes.push(scene);
        const count = Math.min(scale.together, scale.visits - first);
        const numbers = Array.from({ length: count }, (_, place) => index * scale.visits + first + place);
        all.push(...(await visitTogether(scene, ending, numbers)));
        await quiet(scene.road);
        await scene.browser.close();
      }
      made.set(ending.name, all);
      say(`${tracker.name}, ${ending.name}`);
    }
    // What a page has left is taken up when it is so old.
    await pause(adoptMs + QUIET_MS);
    for (const scene of scenes) await comeBack(scene);
    return compare(made, await counter.counted(), scale);
  } finally {
    for (const scene of scenes) await scene.close();
    await counter.end();
  }
}

async function setScene(tracker: Tracker, counter: Counter): Promise<Scene> {
  const road = await buildRoad(counter.collector, (path) => !path.endsWith('.js'));
  const head = await tracker.head(road.address);
  const site = await serveSite((path) => ({
    body: `<!doctype html><title>Shop</title><link rel="icon" href="data:,">${path === '/away' ? '' : head}<a href="/away">Away</a>`,
  }));
  const profile = mkdtempSync(join(tmpdir(), 'footfall-losses-'));
  const scene: Scene = {
    origin: `http://${HOST}:${site.port}`,
    tracker,
    road,
    counter,
    browser: await startChromium(profile),
    profile,
    killBrowser: () => scene.browser.kill(),
    async close() {
      await scene.browser.kill();
      await Promise.all([road.close(), site.close()]);
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  return scene;
}

async function visitTogether(scene: Scene, ending: Ending, numbers: number[]): Promise<Happened[]> {
  const visits = await Promise.all(
    numbers.map(async (number) => {
      // A visit is the same one, whatever the tracker.
      const random = randomOf(number);
      await pause(random.below(BEGIN_MS));
      return { visit: await beginVisit(scene.browser, scene.origin, `/visit/${number}`, scene.tracker), random };
    }),
  );
  const steps = (some: number): Promise<unknown> =>
    Promise.all(visits.map(({ visit, random }) => stepsOf(visit, random, some)));

  await steps(2);
  const relieve = ending.trouble?.(scene);
  await steps(2);
  if (!ending.isTroubledToTheEnd) await relieve?.();
  await Promise.all(
    visits.map(async ({ visit, random }) => {
      await stepsOf(visit, random, 2);
      await ending.end?.(visit, random);
    }),
  );
  await ending.endAll?.(scene);
  if (ending.isTroubledToTheEnd) {
    // What a page says as it goes meets the trouble, too.
    await pause(QUIET_MS);
    await relieve?.();
  }
  return visits.flatMap(({ visit }) => visit.made);
}

async function stepsOf(visit: Visit, random: Random, count: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    await pause(random.below(BETWEEN_MS));
    await visit.step();
  }
}

/** Resolves when nothing is under way any more. */
async function quiet(road: Road): Promise<void> {
  await until('all answers', () => road.passed.every(({ status }) => status !== undefined));
  await pause(QUIET_MS);
}

/** The browser is started again, and an ordinary page is looked at. */
async function comeBack(scene: Scene): Promise<void> {
  scene.browser = await startChromium(scene.profile);
  const visit = await beginVisit(scene.browser, scene.origin, LATER, scene.tracker);
  await pause(LATER_MS);
  await visit.page.close();
  await quiet(scene.road);
  await scene.browser.close();
}

/** @throws Error if something was counted that nobody made */
function compare(made: Map<string, Happened[]>, counted: Happened[], { visits }: Scale): Loss[] {
  const found = tally(counted);
  const known = new Set([...made.values()].flat());
  const unknown = counted.find((what) => !known.has(what) && what !== viewOf(LATER));
  if (unknown !== undefined) throw new Error(`${unknown} was counted, and never made`);
  return [...made].map(([ending, all]) => {
    const each = [...tally(all)];
    const delivered = each.map(([what, times]) => Math.min(times, found.get(what) ?? 0));
    const doubles = each.map(([what, times]) => Math.max(0, (found.get(what) ?? 0) - times));
    return { ending, visits, made: all.length, delivered: sum(delivered), doubles: sum(doubles) };
  });
}

function tally(all: Happened[]): Map<Happened, number> {
  const times = new Map<Happened, number>();
  for (const one of all) times.set(one, (times.get(one) ?? 0) + 1);
  return times;
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
