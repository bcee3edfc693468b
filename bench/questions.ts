import { mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { limits } from '../core/limits.ts';
import { questionSchema } from '../core/question.ts';
import { answer } from '../reporting/question/answer.ts';
import { questions } from '../reporting/replica/questions.ts';
import { dashboardQuestions } from './dashboard-questions.ts';
import { fillReplica, SITE } from './replica-data.ts';
import { asText, shown, spreadOf } from './report.ts';
import type { Table } from './report.ts';

/** How long a dashboard's questions take, over 1 and 10 million visits. `node bench/questions.ts --visits 1000000` */

const DAY_MS = 24 * 60 * 60 * 1000;
const ROUNDS = 9;
const folder = join(import.meta.dirname, '..', 'data', 'bench-questions');

async function measure(visits: number): Promise<Table> {
  const file = join(folder, `replica-${visits}.duckdb`);
  const today = Math.floor(Date.now() / DAY_MS) - 1;
  const began = performance.now();
  const database = await fillReplica(file, visits, today, limits);
  console.error(`filled ${visits} visits in ${Math.round((performance.now() - began) / 1000)} s`);
  const asked = questions(database, limits);
  const options = { zone: 'Europe/Berlin', now: (today + 1) * DAY_MS - 1, asOf: 0 };
  const rows: string[][] = [];
  for (const { name, question } of dashboardQuestions) {
    const whole = questionSchema.parse({ ...question, site_id: SITE, date_range: '30d' });
    const times: number[] = [];
    const cpu: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const [from, used] = [performance.now(), process.cpuUsage()];
      await asked.ask((connection) => answer(whole, { ...options, connection }));
      times.push(performance.now() - from);
      const { user, system } = process.cpuUsage(used);
      cpu.push((user + system) / 1000);
    }
    const { median, max } = spreadOf(times);
    rows.push([name, shown(median), shown(max), shown(spreadOf(cpu).median)]);
  }
  await asked.close();
  database.close();
  return {
    title: `Questions over 30 days of a site with 500 000 visits, of ${shown(visits)} visits in all`,
    head: ['', 'median ms', 'max ms', 'CPU ms'],
    rows,
    note: `The replica has ${shown(statSync(file).size / visits)} bytes a visit, its events included.`,
  };
}

const { values } = parseArgs({ options: { visits: { type: 'string', default: '1000000,10000000' } } });
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const tables: Table[] = [];
for (const visits of values.visits.split(',')) tables.push(await measure(Number(visits)));
console.log(asText(tables));
rmSync(folder, { recursive: true, force: true });
