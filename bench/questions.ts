import { mkdirSync, rmSync, statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { limits } from '../core/limits.ts';
import { questionSchema } from '../core/question.ts';
import { answer } from '../reporting/question/answer.ts';
import { questions } from '../reporting/replica/questions.ts';
import type { Questions } from '../reporting/replica/questions.ts';
import { dashboardQuestions } from './dashboard-questions.ts';
import type { DashboardQuestion } from './dashboard-questions.ts';
import { fillPlain, plainQuestions } from './plain-tables.ts';
import { newSite } from '../core/site.ts';
import { fillReplica, SITE } from './replica-data.ts';
import { asText, shown, spreadOf } from './report.ts';
import type { Spread, Table } from './report.ts';

/**
 * How long a dashboard's questions take over 30 days of a site with 500,000 visits, among 1 and 10 million visits of 2
 * and 20 such sites, beside the same asked of plain SQLite tables.
 *
 *     node bench/questions.ts --visits 1000000,10000000 --rounds 9
 */

const DAY_MS = 24 * 60 * 60 * 1000;
const HOUR_MS = 60 * 60 * 1000;
const ZONE = 'Europe/Berlin';
/** What takes longer is marked (!). */
const MS_MAX = 60;
const folder = join(import.meta.dirname, '..', 'data', 'bench-questions');

/**
 * Time, and CPU time of all threads, in ms.
 *
 * @param today the last day of the data
 */
async function measureReplica(asked: Questions, { question }: DashboardQuestion, rounds: number, today: number) {
  const whole = questionSchema.parse({ ...question, site_id: SITE, date_range: '30d' });
  const { site } = newSite(SITE, { zone: ZONE });
  const options = { site, now: (today + 1) * DAY_MS - 1, asOf: 0 };
  const wall: number[] = [];
  const cpu: number[] = [];
  // One round more, to read what is not in memory yet.
  for (let round = 0; round <= rounds; round++) {
    const [from, used] = [performance.now(), process.cpuUsage()];
    await asked.ask((connection) => answer(whole, { ...options, connection }));
    const { user, system } = process.cpuUsage(used);
    if (round > 0) wall.push(performance.now() - from);
    if (round > 0) cpu.push((user + system) / 1000);
  }
  return { replica: spreadOf(wall), cpu: spreadOf(cpu) };
}

function measurePlain(database: DatabaseSync, name: string, rounds: number, today: number): Spread {
  const values = { from: (today - 29) * DAY_MS - HOUR_MS, to: (today + 1) * DAY_MS - 1 };
  const texts = plainQuestions[name];
  if (!texts) throw new Error(`plain-tables.ts has no question ${name}`);
  const statements = texts.map((sql) => {
    const statement = database.prepare(sql);
    return () => statement.all(sql.includes(':offset') ? { ...values, offset: HOUR_MS } : values);
  });
  const wall: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const from = performance.now();
    for (const ask of statements) ask();
    if (round > 0) wall.push(performance.now() - from);
  }
  return spreadOf(wall);
}

async function measure(visits: number, rounds: number, withPlain: boolean): Promise<Table> {
  const today = Math.floor(Date.now() / DAY_MS) - 1;
  const file = join(folder, `replica-${visits}.duckdb`);
  const database = await fillReplica(file, visits, today, limits);
  const connection = await database.connect();
  say(`${shown(visits)} visits are in columns`);
  const plainFile = join(folder, `plain-${visits}.db`);
  const plain = withPlain ? await fillPlain(plainFile, connection) : undefined;
  connection.close();
  if (plain) say(`${shown(visits)} visits are in plain tables`);
  const asked = questions(database, limits);
  const rows: string[][] = [];
  for (const one of dashboardQuestions) {
    const { replica, cpu } = await measureReplica(asked, one, rounds, today);
    const plainly = plain && measurePlain(plain, one.name, Math.max(1, Math.floor(rounds / 3)), today);
    const isSlow = replica.median > MS_MAX ? ' (!)' : '';
    const figures = [shown(replica.median) + isSlow, shown(replica.max), shown(cpu.median)];
    rows.push([one.name, ...figures, plainly ? shown(plainly.median) : '']);
    say(rows.at(-1)?.join(' | ') ?? '');
  }
  await asked.close();
  database.close();
  plain?.close();
  const perVisit = (path: string): string => shown(statSync(path).size / visits);
  return {
    title: `Questions over 30 days of a site with 500 000 visits, among ${shown(visits)} visits`,
    head: ['', 'replica, median ms', 'max ms', 'CPU ms', 'plain SQLite tables, median ms'],
    rows,
    note: `Bytes a visit with its events: ${perVisit(file)} in the replica${plain ? `, ${perVisit(plainFile)} in plain tables` : ''}.`,
  };
}

function say(line: string): void {
  console.error(line);
}

const { values } = parseArgs({
  options: {
    visits: { type: 'string', default: '1000000,10000000' },
    rounds: { type: 'string', default: '9' },
    /** Leaves the plain tables out: they take half an hour to fill. */
    'replica-only': { type: 'boolean', default: false },
  },
});
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true, mode: 0o700 });
try {
  const tables: Table[] = [];
  for (const visits of values.visits.split(','))
    tables.push(await measure(Number(visits), Number(values.rounds), !values['replica-only']));
  console.log(asText(tables));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
