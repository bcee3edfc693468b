import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { randomOf } from '../core/sample.contract.ts';
import { inBatches, inSingles, sampleVisits } from './data.ts';
import { elsewhere, toldOf } from './elsewhere.ts';
import type { Elsewhere } from './elsewhere.ts';
import { fill } from './fill.ts';
import { freshFolder, measureHttp } from './http.ts';
import type { HttpFigures, Server, Shape } from './http.ts';
import { needWrk } from './load.ts';
import { measureWorker, queueBytesPerEvent } from './queue-data.ts';
import type { WorkerName, WorkFigures } from './queue-data.ts';
import { asMarkdown, asText, withFigures } from './report.ts';
import { writeRequests } from './requests.ts';
import { httpTables, workTables } from './tables.ts';
import type { Paced } from './tables.ts';

/**
 * `npm run bench`: the collector beside a bare server, the worker beside a naive one. Prints tables; with `--write` they
 * go into `docs/performance.md`, too. Ends with 1 if anything that was answered with success is not in the files.
 */

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const SEED = 1;
const BATCH = 20;
const CONNECTIONS = 64;
const servers: Server[] = ['bare', 'collector', 'start'];

const root = fileURLToPath(new URL('../', import.meta.url));
const folder = join(root, 'data', 'bench');
const performanceDocument = join(root, 'docs', 'performance.md');

interface Options {
  rounds: number;
  seconds: number;
  /** Events for the worker, and for the naive one. */
  events: number;
  naiveEvents: number;
  others: Elsewhere;
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Few enough to stay in the processor's cache: wrk must have time to spare beside the bare server. */
const SINGLES = 4000;
const BATCHES = 1000;

function makeShapes(): Record<Shape['name'], Shape> {
  const options = { from: Date.now() - HOUR_MS, spanMs: HOUR_MS / 6 };
  const singles = sampleVisits(randomOf(SEED), { ...options, eventsMin: SINGLES });
  const batches = sampleVisits(randomOf(SEED), { ...options, eventsMin: BATCHES * BATCH, eventsEach: BATCH });
  const shapes: Record<Shape['name'], Shape> = {
    singles: { name: 'singles', events: 1, file: join(folder, 'singles') },
    batches: { name: 'batches', events: BATCH, file: join(folder, 'batches') },
  };
  writeRequests(shapes.singles.file, inSingles(singles));
  writeRequests(shapes.batches.file, inBatches(batches));
  return shapes;
}

/** Alternately, so that whatever else the machine does meets all of them. */
async function benchHttp(shapes: Shape[], { rounds, seconds, others }: Options): Promise<Map<string, HttpFigures[]>> {
  const folderOf = freshFolder(folder);
  const figures = new Map<string, HttpFigures[]>();
  for (let round = 1; round <= rounds; round++) {
    for (const shape of shapes) {
      for (const server of servers) {
        const run = { server, shape, folder: folderOf(), connections: CONNECTIONS, warmSeconds: 2, seconds };
        await others.look();
        const one = await measureHttp(run);
        rmSync(run.folder, { recursive: true, force: true });
        say(`round ${round}, ${server}, ${shape.name}: ${Math.round(one.requestsPerSecond)} requests/s`);
        const key = `${server} ${shape.name}`;
        figures.set(key, [...(figures.get(key) ?? []), one]);
      }
    }
  }
  return figures;
}

/** Fewer requests than the servers can take: what a visitor waits. */
async function benchPaced(shape: Shape, { seconds, others }: Options): Promise<Paced[]> {
  const folderOf = freshFolder(join(folder, 'paced'));
  const paced: Paced[] = [];
  for (const server of servers) {
    await others.look();
    const pace = { connections: CONNECTIONS, warmSeconds: 2, seconds, pauseMs: 60 };
    paced.push({ server, figures: await measureHttp({ server, shape, folder: folderOf(), ...pace }) });
    say(`paced, ${server}`);
  }
  return paced;
}

async function benchWork({ rounds, events, naiveEvents, others }: Options) {
  const midnight = Math.floor(Date.now() / DAY_MS) * DAY_MS;
  const day = { from: midnight - DAY_MS, spanMs: 23 * HOUR_MS, eventsMin: events };
  const singles = inSingles(sampleVisits(randomOf(SEED), day)).slice(0, events);
  const batches = inBatches(sampleVisits(randomOf(SEED), { ...day, eventsEach: BATCH })).slice(0, events / BATCH);
  const singlesFolder = join(folder, 'queue-singles');
  const batchesFolder = join(folder, 'queue-batches');
  await fill(singlesFolder, singles);
  await fill(batchesFolder, batches);
  say(`filled queues with ${events} events each`);
  const figures: Record<'singles' | 'batches' | 'naive', WorkFigures[]> = { singles: [], batches: [], naive: [] };
  const measure = async (into: keyof typeof figures, name: WorkerName, filled: string, count: number) => {
    await others.look();
    const one = await measureWorker(name, filled, count);
    figures[into].push(one);
    say(`${name}, ${into}: ${Math.round(one.eventsPerSecond)} events/s`);
  };
  for (let round = 1; round <= rounds; round++) {
    await measure('singles', 'work', singlesFolder, events);
    await measure('naive', 'naive', singlesFolder, naiveEvents);
    await measure('batches', 'work', batchesFolder, events);
  }
  const queueBytes = {
    singles: queueBytesPerEvent(singlesFolder, events),
    batches: queueBytesPerEvent(batchesFolder, events),
  };
  return { figures, queueBytes };
}

/** When and on what, and whether it had the machine for itself. */
function prefaceOf(began: number, { rounds, seconds, others }: Options): string {
  return [
    `Measured on ${new Date(began).toISOString().slice(0, 10)} with Node.js ${process.versions.node}`,
    `on a machine with ${availableParallelism()} cores, in rounds: ${rounds}, of ${seconds} seconds a server. ${toldOf(others)}`,
  ].join(' ');
}

async function bench(options: Options, write: boolean): Promise<void> {
  needWrk();
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const began = Date.now();
  try {
    const { singles, batches } = makeShapes();
    const http = await benchHttp([singles, batches], options);
    const paced = await benchPaced(singles, options);
    const work = await benchWork(options);
    const tables = [...httpTables(http, paced), ...workTables(work.figures, work.queueBytes)];
    const preface = prefaceOf(began, options);
    console.log(`${preface}\n\n${asText(tables)}`);
    say(`took ${Math.round((Date.now() - began) / 1000)} s`);
    if (!write) return;
    const document = readFileSync(performanceDocument, 'utf8');
    writeFileSync(performanceDocument, withFigures(document, `${preface}\n\n${asMarkdown(tables)}`));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const { values } = parseArgs({
  options: {
    write: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '5' },
    events: { type: 'string', default: '200000' },
  },
});

await bench(
  {
    rounds: Number(values.rounds),
    seconds: Number(values.seconds),
    events: Number(values.events),
    naiveEvents: Number(values.events) / 20,
    others: elsewhere(),
  },
  values.write,
);
