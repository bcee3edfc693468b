import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { MongoClient } from 'mongodb';
import { startKafka } from '../adapters/kafka/broker.contract.ts';
import { startMongod } from '../adapters/mongodb/mongod.contract.ts';
import { randomOf } from '../core/sample.contract.ts';
import { inBatches, inSingles, sampleVisits } from './data.ts';
import { elsewhere, toldOf } from './elsewhere.ts';
import { asMarkdown, asText, shown, shownSpread, spreadOf, withFigures } from './report.ts';
import type { Table } from './report.ts';
import { drainByWorkers, ofSites } from './scale-drain.ts';
import type { ScaleFigures } from './scale-drain.ts';
import { kafkaJars, programOf } from './services.ts';
import { dayOf } from './standard-day.ts';
import type { Day } from './standard-day.ts';

/**
 * The scale deployment with 1, 2 and 4 workers, side by side, with a real Kafka and a real mongod: from the queue to the
 * numbers. Prints a table; with `--write` it goes into `docs/scaling.md`, too. Ends with 1 if an event is not counted, or twice.
 *
 *     node bench/scale.ts --rounds 3 --events 160000
 */

const COMMAND = 'node bench/scale.ts --write';
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const SEED = 1;
const BATCH = 20;
const SITES = 16;
const WORKERS = [1, 2, 4];

const folder = join(import.meta.dirname, '..', 'data', 'bench-scale');
const scalingDocument = join(import.meta.dirname, '..', 'docs', 'scaling.md');

/** By shape and number of workers. */
type Rounds = Map<string, Map<number, ScaleFigures[]>>;

async function daysOf(events: number): Promise<Record<string, Day>> {
  const midnight = Math.floor(Date.now() / DAY_MS) * DAY_MS;
  const each = events / SITES;
  const of = { from: midnight - DAY_MS, spanMs: 23 * HOUR_MS, eventsMin: each };
  const singles = inSingles(sampleVisits(randomOf(SEED), of)).slice(0, each);
  const batches = inBatches(sampleVisits(randomOf(SEED), { ...of, eventsEach: BATCH })).slice(0, each / BATCH);
  return {
    'an event an entry': ofSites(await dayOf(join(folder, 'singles'), singles), SITES),
    '20 events an entry': ofSites(await dayOf(join(folder, 'batches'), batches), SITES),
  };
}

function tableOf(rounds: Rounds): Table {
  const rows = [...rounds].flatMap(([shape, byWorkers]) =>
    [...byWorkers].map(([workers, all]) => {
      const median = (of: (one: ScaleFigures) => number): string => shown(spreadOf(all.map(of)).median);
      const alone = byWorkers.get(1) ?? [];
      const times = all.map((one, round) => one.eventsPerSecond / (alone[round] ?? one).eventsPerSecond);
      return [
        shape,
        String(workers),
        median((one) => one.eventsPerSecond),
        workers === 1 ? '1' : shownSpread(spreadOf(times)),
        median((one) => one.workersCpuUs),
        median((one) => one.mongodCpuUs),
        median((one) => one.kafkaCpuUs),
        median((one) => one.mongodBytes),
        median((one) => one.kafkaBytes),
      ];
    }),
  );
  const head = [
    '',
    'workers',
    'events/s',
    'times one worker',
    'CPU µs/event: workers',
    'mongod',
    'Kafka',
    'bytes/event: MongoDB',
    'Kafka',
  ];
  return { title: 'From Kafka to the numbers', head, rows };
}

async function bench({ rounds, events }: { rounds: number; events: number }, write: boolean): Promise<void> {
  const jars = kafkaJars();
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const began = Date.now();
  const others = elsewhere();
  const kafka = await startKafka(jars);
  const mongod = await startMongod(programOf('mongod', 'mongod-6.0.5'));
  const client = await new MongoClient(mongod.url('admin')).connect();
  const measured: Rounds = new Map();
  try {
    const days = await daysOf(events);
    let run = 0;
    for (let round = 1; round <= rounds; round++) {
      for (const [shape, day] of Object.entries(days)) {
        for (const workers of WORKERS) {
          await others.look();
          const topic = `bench-${(run += 1)}`;
          const figures = await drainByWorkers({ kafka, mongod, db: client.db(topic), topic, day, workers });
          const byWorkers = measured.get(shape) ?? new Map<number, ScaleFigures[]>();
          measured.set(shape, byWorkers.set(workers, [...(byWorkers.get(workers) ?? []), figures]));
          const told = Math.round(figures.eventsPerSecond);
          process.stderr.write(`round ${round}, ${shape}, ${workers} workers: ${told} events/s\n`);
        }
      }
    }
    const preface = [
      `Measured on ${new Date(began).toISOString().slice(0, 10)} with Node.js ${process.versions.node}`,
      `on a machine with ${availableParallelism()} cores, in rounds: ${rounds}, of ${shown(events)} events. ${toldOf(others)}`,
    ].join(' ');
    const tables = [tableOf(measured)];
    console.log(`${preface}\n\n${asText(tables)}`);
    process.stderr.write(`took ${Math.round((Date.now() - began) / 1000)} s\n`);
    if (!write) return;
    const document = readFileSync(scalingDocument, 'utf8');
    writeFileSync(scalingDocument, withFigures(document, `${preface}\n\n${asMarkdown(tables)}`, COMMAND));
  } finally {
    await client.close();
    await kafka.stop();
    await mongod.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

const { values } = parseArgs({
  options: {
    write: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '3' },
    events: { type: 'string', default: '160000' },
  },
});

await bench({ rounds: Number(values.rounds), events: Number(values.events) }, values.write);
