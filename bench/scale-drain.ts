import { readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Db } from 'mongodb';
import type { KafkaBroker } from '../adapters/kafka/broker.contract.ts';
import { pointOf } from '../adapters/kafka/cursor.ts';
import { kafkaQueue } from '../adapters/kafka/queue.ts';
import { partitionOf } from '../core/partition.ts';
import type { LogEntry } from '../core/event.ts';
import { PARTITIONS_DEFAULT } from '../core/limits.ts';
import type { QueueEntry } from '../core/ports.ts';
import { startChild } from './child.ts';
import type { Child } from './child.ts';
import { cpuUsOf } from './process-cpu.ts';
import { checkOnce, countedIn } from './standard-counted.ts';
import type { Day } from './standard-day.ts';

/** What some workers do with what lies in Kafka, and what an event costs in µs of CPU time. */
export interface ScaleFigures {
  eventsPerSecond: number;
  /** Of all workers together. */
  workersCpuUs: number;
  mongodCpuUs: number;
  kafkaCpuUs: number;
  /** On the disk, an event: of the log's topic, and of the database with its indexes. */
  kafkaBytes: number;
  mongodBytes: number;
}

export interface ScaleRun {
  kafka: KafkaBroker;
  mongod: { pid(): number; url(database: string): string };
  db: Db;
  topic: string;
  day: Day;
  workers: number;
}

const AT_ONCE = 5000;
const LOOK_MS = 50;
/** Ms in which nobody joins or leaves any more. */
const SETTLED_MS = 2000;

/**
 * The day of one site as that of many, each with the same number of events, as many in each partition.
 *
 * @param sites a multiple of the number of partitions
 */
export function ofSites({ entries, events, pageviews }: Day, sites: number): Day {
  const names = Array.from({ length: PARTITIONS_DEFAULT }, (_, partition) =>
    namesIn(partition, sites / PARTITIONS_DEFAULT),
  ).flat();
  // One event of each site after the other, as they come to a collector.
  const all = entries.flatMap(({ body }): QueueEntry[] => {
    const entry = JSON.parse(body) as LogEntry;
    return names.map(({ site, partition }) => ({ partition, body: JSON.stringify({ ...entry, site }) }));
  });
  return { entries: all, events: events * sites, pageviews: pageviews * sites };
}

function namesIn(partition: number, count: number): { site: string; partition: number }[] {
  const found: { site: string; partition: number }[] = [];
  for (let n = 0; found.length < count; n++) {
    const site = `site-${n}.example`;
    if (partitionOf(site, PARTITIONS_DEFAULT) === partition) found.push({ site, partition });
  }
  return found;
}

/**
 * Lets so many workers, a process each, take a day that lies in Kafka.
 *
 * @throws Error if not every event is counted once
 */
export async function drainByWorkers(run: ScaleRun): Promise<ScaleFigures> {
  const { kafka, mongod, db, topic, day, workers } = run;
  const url = `${kafka.url}/${topic}`;
  const queue = await kafkaQueue({ url });
  const options = { queue: url, store: mongod.url(db.databaseName) };
  const children = await Promise.all(Array.from({ length: workers }, () => startChild('scale-work', options)));
  await untilShared(kafka, topic, workers);
  // All have their share; they stand still until the day lies there, for less than a session's time.
  for (const { pid } of children) process.kill(pid, 'SIGSTOP');
  for (let from = 0; from < day.entries.length; from += AT_ONCE) {
    await queue.append(day.entries.slice(from, from + AT_ONCE));
  }
  for (const { pid } of children) process.kill(pid, 'SIGCONT');
  await queue.close();
  const look = async () => {
    const usages = await Promise.all(children.map((child: Child) => child.usage()));
    return {
      at: performance.now(),
      workers: usages.reduce((sum, { cpuUs }) => sum + cpuUs, 0),
      mongod: cpuUsOf(mongod.pid()),
      kafka: cpuUsOf(kafka.pid()),
    };
  };
  const before = await look();
  await untilApplied(db, day.entries.length);
  const after = await look();
  await Promise.all(children.map((child) => child.stop()));
  const name = `${workers} workers`;
  const counted = await countedIn(db);
  checkOnce(name, counted, { least: day.events, most: day.events });
  if (counted.pageviews !== day.pageviews) throw new Error(`${name}: ${counted.pageviews} of ${day.pageviews} views`);
  const kafkaBytes = bytesOfTopic(kafka.folder, topic) / day.events;
  const mongodBytes = (await bytesOfDatabase(db)) / day.events;
  await db.dropDatabase();
  const { events } = day;
  return {
    eventsPerSecond: events / ((after.at - before.at) / 1000),
    workersCpuUs: (after.workers - before.workers) / events,
    mongodCpuUs: (after.mongod - before.mongod) / events,
    kafkaCpuUs: (after.kafka - before.kafka) / events,
    kafkaBytes,
    mongodBytes,
  };
}

function bytesOfTopic(folder: string, topic: string): number {
  const all = readdirSync(folder, { recursive: true, withFileTypes: true });
  const logs = all.filter(
    ({ name, parentPath }) => name.endsWith('.log') && basename(parentPath).startsWith(`${topic}-`),
  );
  return logs.reduce((sum, { name, parentPath }) => sum + statSync(join(parentPath, name)).size, 0);
}

async function bytesOfDatabase(db: Db): Promise<number> {
  await db.admin().command({ fsync: 1 });
  const { storageSize, indexSize } = (await db.stats()) as { storageSize: number; indexSize: number };
  return storageSize + indexSize;
}

async function untilShared(kafka: KafkaBroker, topic: string, workers: number): Promise<void> {
  const group = `${topic}-workers`;
  const members = (): Promise<number> =>
    kafka.ask(async (admin) => (await admin.describeGroups({ groups: [group] })).get(group)?.members.size ?? 0);
  while ((await members()) < workers) await pause(LOOK_MS);
  await pause(SETTLED_MS);
}

async function untilApplied(db: Db, entries: number): Promise<void> {
  while ((await entriesApplied(db)) < entries) await pause(LOOK_MS);
}

/** A position tells how many entries of its partition are applied. */
async function entriesApplied(db: Db): Promise<number> {
  const rows = await db.collection<{ _id: number; offset: string }>('positions').find().toArray();
  return rows.reduce((sum, { offset }) => sum + Number(pointOf(offset)?.next ?? 0), 0);
}
