import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { randomOf } from '../../core/sample.contract.ts';
import { depthOf } from '../support/contents.ts';
import { startLoad } from '../support/load.ts';
import { quietMoment } from '../support/moment.ts';
import { servers } from '../support/server.ts';
import type { Launched } from '../support/server.ts';
import { until } from '../support/until.ts';
import { expectCountedOnce, standard } from './scene.ts';
import type { Outcome } from './scene.ts';

/**
 * SIGTERM under load to a process of each role: each ends what it has in hand, and exits with 0 within 10 s, also where
 * queue or store hang just then, with the settings as they ship. What was acknowledged is counted.
 */

const scene = standard();
const { mongod, redis, env } = scene;
const { folder, launch } = servers();

const SITES = ['a.example', 'b.example', 'c.example', 'd.example'];
const STOP_MS_MAX = 10_000;

const outcomes: Record<string, Outcome & Record<string, number>> = {};
afterAll(() => console.table(outcomes));

interface Fault {
  when: string;
  /** Of the processes that are told to end; the collector is the first. */
  roles: string[];
  /** What does not answer any more when the signal comes. */
  hangs?: () => { pid(): number };
  /** What the collector has said by then. */
  after?: RegExp;
}

const ALL = ['collector', 'worker', 'reporting'];
const faults: Fault[] = [
  { when: 'all is well', roles: ALL },
  { when: 'mongod hangs', roles: ALL, hangs: mongod },
  { when: 'Redis hangs, requests wait for it', roles: ALL, hangs: redis },
  { when: 'Redis hangs, something is spilled', roles: ['collector'], hangs: redis, after: /what comes is spilled/ },
];

/** How it ended, and after how many ms. */
async function ended(process: Launched): Promise<{ code: number | null; ms: number; said: string }> {
  const began = performance.now();
  const { code } = await process.end('SIGTERM');
  return { code, ms: Math.round(performance.now() - began), said: process.output() };
}

test.each(faults)('$when', async ({ when, roles, hangs, after }) => {
  const data = ALL.map(folder);
  const start = (role: string) => launch({ folder: data[ALL.indexOf(role)] ?? '', env: { ROLES: role, ...env() } });
  const first = roles.map(start);
  const [collecting] = await Promise.all(first.map((one) => one.ready()));
  let collector = collecting?.collector ?? '';
  const { time, date } = quietMoment();
  const load = startLoad({ random: randomOf(1), sites: SITES, time, clients: 4, address: () => collector });
  await until('some events', () => load.accepted.size > 200);

  const pid = hangs?.().pid();
  if (pid !== undefined) process.kill(pid, 'SIGSTOP');
  // By then each client waits for an answer, and the worker for the end of a batch.
  await pause(300);
  if (after) await until('the collector to say so', () => after.test(collecting?.output() ?? ''));
  const ends = await Promise.all(first.map(ended));
  const spilled = depthOf(join(data[0] ?? '', 'spill')).entries;
  if (pid !== undefined) process.kill(pid, 'SIGCONT');

  const [again, , reporting] = await Promise.all(ALL.map((role) => start(role).ready()));
  collector = again?.collector ?? '';
  await load.stop();
  const places = { collector, reporting: reporting?.reporting ?? '', date };
  const times = Object.fromEntries(roles.map((role, n) => [`${role} ms`, ends[n]?.ms ?? Number.NaN]));
  outcomes[when] = { ...(await expectCountedOnce(scene, load, places)), spilled, ...times };
  expect(ends.filter(({ code, ms }) => code !== 0 || ms >= STOP_MS_MAX)).toEqual([]);
  expect(spilled > 0).toBe(hangs === redis);
});
