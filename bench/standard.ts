import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { randomOf } from '../core/sample.contract.ts';
import { inBatches, inSingles, sampleVisits } from './data.ts';
import { elsewhere, toldOf } from './elsewhere.ts';
import type { Elsewhere } from './elsewhere.ts';
import { freshFolder } from './http.ts';
import type { Shape } from './http.ts';
import { needWrk } from './load.ts';
import { asMarkdown, asText, withFigures } from './report.ts';
import { writeRequests } from './requests.ts';
import { startServices } from './services.ts';
import type { Services } from './services.ts';
import { dayOf, seedEvents } from './standard-day.ts';
import { liveOurs, liveSeed } from './standard-live.ts';
import { drainOurs, drainSeed } from './standard-queue.ts';
import { drainTable, liveTable } from './standard-tables.ts';
import type { DrainRounds, LiveRounds } from './standard-tables.ts';

/**
 * The standard deployment beside the seed's way, both with a real Redis and a real mongod: from the queue to the numbers,
 * and while events come in over HTTP. Prints tables; with `--write` they go into `docs/performance.md`, too. Ends with 1 if
 * an event of ours is not counted, or twice.
 *
 *     node bench/standard.ts --rounds 3 --seconds 10 --events 200000
 */

const COMMAND = 'node bench/standard.ts --write';
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const SEED = 1;
const BATCH = 20;
const CONNECTIONS = 64;
/** Few enough for the processor's cache: wrk must have time to spare. */
const SINGLES = 4000;
const BATCHES = 1000;
/** More than the seed's worker can take. */
const SEED_EVENTS_PER_SECOND_MAX = 5000;

const folder = join(import.meta.dirname, '..', 'data', 'bench-standard');
const performanceDocument = join(import.meta.dirname, '..', 'docs', 'performance.md');

interface Options {
  rounds: number;
  /** Of the seed's worker on its list, and of each load. */
  seconds: number;
  events: number;
  others: Elsewhere;
}

/** Runs one after the other, again and again, so that whatever else the machine does meets all of them. */
async function inTurn<K extends string, F>(
  runs: Record<K, () => Promise<F>>,
  { rounds, others }: Options,
  tell: (figures: F) => string,
): Promise<Record<K, F[]>> {
  const names = Object.keys(runs) as K[];
  const all = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<K, F[]>;
  for (let round = 1; round <= rounds; round++) {
    for (const name of names) {
      await others.look();
      const figures = await runs[name]();
      all[name].push(figures);
      process.stderr.write(`round ${round}, ${name}: ${tell(figures)}\n`);
    }
  }
  return all;
}

async function benchQueue(services: Services, options: Options): Promise<DrainRounds> {
  const midnight = Math.floor(Date.now() / DAY_MS) * DAY_MS;
  const of = { from: midnight - DAY_MS, spanMs: 23 * HOUR_MS, eventsMin: options.events };
  const inOrder = inSingles(sampleVisits(randomOf(SEED), of)).slice(0, options.events);
  const together = inBatches(sampleVisits(randomOf(SEED), { ...of, eventsEach: BATCH }));
  const singles = await dayOf(join(folder, 'singles-day'), inOrder);
  const batches = await dayOf(join(folder, 'batches-day'), together.slice(0, options.events / BATCH));
  const { seconds } = options;
  const first = seedEvents(singles).slice(0, (seconds + 2) * SEED_EVENTS_PER_SECOND_MAX);
  const messages = first.map((event) => JSON.stringify(event));
  return inTurn(
    {
      seed: () => drainSeed(services, { messages, seconds, durable: true }),
      singles: () => drainOurs(services, 'singles', singles),
      seedAsItComes: () => drainSeed(services, { messages, seconds, durable: false }),
      batches: () => drainOurs(services, 'batches', batches),
    },
    options,
    ({ eventsPerSecond }) => `${Math.round(eventsPerSecond)} events/s`,
  );
}

function makeShapes(): Record<Shape['name'], Shape> {
  const of = { from: Date.now() - HOUR_MS, spanMs: HOUR_MS / 6 };
  const shapes: Record<Shape['name'], Shape> = {
    singles: { name: 'singles', events: 1, file: join(folder, 'singles') },
    batches: { name: 'batches', events: BATCH, file: join(folder, 'batches') },
  };
  writeRequests(shapes.singles.file, inSingles(sampleVisits(randomOf(SEED), { ...of, eventsMin: SINGLES })));
  const batches = sampleVisits(randomOf(SEED), { ...of, eventsMin: BATCHES * BATCH, eventsEach: BATCH });
  writeRequests(shapes.batches.file, inBatches(batches));
  return shapes;
}

async function benchLive(services: Services, options: Options): Promise<LiveRounds> {
  const shapes = makeShapes();
  const folderOf = freshFolder(join(folder, 'live'));
  const run = (shape: Shape) => {
    return { shape, folder: folderOf(), connections: CONNECTIONS, warmSeconds: 2, seconds: options.seconds };
  };
  return inTurn(
    {
      seed: () => liveSeed(services, run(shapes.singles)),
      singles: () => liveOurs(services, run(shapes.singles)),
      batches: () => liveOurs(services, run(shapes.batches)),
    },
    options,
    ({ acknowledgedPerSecond, countedPerSecond }) =>
      `${Math.round(acknowledgedPerSecond)} acknowledged/s, ${Math.round(countedPerSecond)} counted/s`,
  );
}

async function bench(options: Options, write: boolean): Promise<void> {
  needWrk();
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const began = Date.now();
  const services = await startServices();
  try {
    const drained = await benchQueue(services, options);
    const live = await benchLive(services, options);
    const tables = [drainTable(drained, options.events), liveTable(live)];
    const preface = [
      `Measured on ${new Date(began).toISOString().slice(0, 10)} with Node.js ${process.versions.node}`,
      `on a machine with ${availableParallelism()} cores, in rounds: ${options.rounds}. ${toldOf(options.others)}`,
    ].join(' ');
    console.log(`${preface}\n\n${asText(tables)}`);
    process.stderr.write(`took ${Math.round((Date.now() - began) / 1000)} s\n`);
    if (!write) return;
    const document = readFileSync(performanceDocument, 'utf8');
    writeFileSync(performanceDocument, withFigures(document, `${preface}\n\n${asMarkdown(tables)}`, COMMAND));
  } finally {
    await services.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

const { values } = parseArgs({
  options: {
    write: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '10' },
    events: { type: 'string', default: '200000' },
  },
});

await bench(
  {
    rounds: Number(values.rounds),
    seconds: Number(values.seconds),
    events: Number(values.events),
    others: elsewhere(),
  },
  values.write,
);
