import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { experiment } from './losses/experiment.ts';
import type { Loss } from './losses/experiment.ts';
import { trackers } from './losses/trackers.ts';
import { asMarkdown, asText, shown, withFigures } from './report.ts';
import type { Table } from './report.ts';

/**
 * What is lost, and what is counted twice, by the way in which visits end: real pages in a real Chromium, a tenth of the visits for
 * each ending, and for each tracker. Ends with 1 if the SDK has counted something twice.
 *
 *     node bench/losses.ts --visits 1000 --trackers memory,local --write
 */

/** Of these nothing may be double. */
const OURS = ['memory', 'local'];
const COMMAND = 'node bench/losses.ts --write';
const performanceDocument = join(import.meta.dirname, '..', 'docs', 'performance.md');

function tableOf(losses: Map<string, Loss[]>): Table {
  const [first = []] = losses.values();
  const rows = first.map(({ ending, made }, row) => [
    ending,
    shownCount(made),
    ...[...losses.values()].flatMap((all) => cellsOf(all[row])),
  ]);
  const total = [...losses.values()].flatMap((all) => cellsOf(all.reduce(both)));
  const sum = first.reduce(both, { ending: '', visits: 0, made: 0, delivered: 0, doubles: 0 });
  return {
    title: 'Delivered of what was made, by the way of ending',
    head: ['', 'made', ...[...losses.keys()].flatMap((name) => [name, 'lost', 'double'])],
    rows: [...rows, ['all', shownCount(sum.made), ...total]],
    note: `${sum.visits} visits each. Made: page views and events.`,
  };
}

function cellsOf(loss: Loss | undefined): string[] {
  if (!loss) return ['', '', ''];
  const { made, delivered, doubles } = loss;
  return [`${((100 * delivered) / made).toFixed(2)} %`, shownCount(made - delivered), shownCount(doubles)];
}

function both(a: Loss, b: Loss): Loss {
  return {
    ending: 'all',
    visits: a.visits + b.visits,
    made: a.made + b.made,
    delivered: a.delivered + b.delivered,
    doubles: a.doubles + b.doubles,
  };
}

function shownCount(count: number): string {
  return count >= 100 ? shown(count) : String(count);
}

const { values } = parseArgs({
  options: {
    visits: { type: 'string', default: '1000' },
    together: { type: 'string', default: '20' },
    trackers: { type: 'string', default: Object.keys(trackers).join() },
    write: { type: 'boolean', default: false },
  },
});
const scale = { visits: Math.ceil(Number(values.visits) / 10), together: Number(values.together) };
const losses = new Map<string, Loss[]>();
for (const name of values.trackers.split(',')) {
  const tracker = trackers[name];
  if (!tracker) throw new Error(`--trackers: ${name} is none of ${Object.keys(trackers).join(', ')}`);
  const began = Date.now();
  const all = await experiment(tracker, scale, (line) => console.error(line));
  losses.set(tracker.name, all);
  if (OURS.includes(name) && all.some(({ doubles }) => doubles > 0)) process.exitCode = 1;
  console.error(`${name} took ${Math.round((Date.now() - began) / 1000)} s`);
}
const table = tableOf(losses);
console.log(asText([table]));
if (values.write) {
  const document = readFileSync(performanceDocument, 'utf8');
  writeFileSync(performanceDocument, withFigures(document, asMarkdown([table]), COMMAND));
}
