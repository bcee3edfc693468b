import { shown, shownSpread, spreadOf } from './report.ts';
import type { Table } from './report.ts';
import type { LiveFigures } from './standard-live.ts';
import type { DrainFigures } from './standard-queue.ts';

/** What is measured side by side, round after round. */
export const drainers = ['singles', 'batches', 'seed', 'seedAsItComes'] as const;
export type DrainRounds = Record<(typeof drainers)[number], DrainFigures[]>;
export const lives = ['singles', 'batches', 'seed'] as const;
export type LiveRounds = Record<(typeof lives)[number], LiveFigures[]>;

const MIB = 1024 * 1024;

/** What ours is to be of the seed's way at least. */
const RATIO_MIN = 25;

const drainNames: Record<keyof DrainRounds, string> = {
  singles: 'ours, an event an entry',
  batches: 'ours, 20 events an entry',
  seed: "the seed's way, as durable as ours",
  seedAsItComes: "the seed's way, nothing durable",
};

export function drainTable(rounds: DrainRounds, events: number): Table {
  const rows = drainers.map((name) => {
    const median = medianOf(rounds[name]);
    return [
      drainNames[name],
      median((one) => one.eventsPerSecond),
      name === 'seed' ? '1' : shownSpread(timesOf(rounds, name, 'seed')),
      name === 'seedAsItComes' ? '1' : shownSpread(timesOf(rounds, name, 'seedAsItComes')),
      median((one) => one.workerCpuUs),
      median((one) => one.mongodCpuUs),
      median((one) => one.redisCpuUs),
      median((one) => one.rssBytesMax / MIB),
    ];
  });
  const verdict = (name: 'singles' | 'batches'): string => {
    const { median } = timesOf(rounds, name, 'seed');
    return `${median.toFixed(1)} with ${name === 'singles' ? 'single events' : 'batches'} (${median >= RATIO_MIN ? 'met' : 'missed'})`;
  };
  return {
    title: 'From the queue to the numbers',
    head: [
      '',
      'events/s',
      'times the durable one',
      'times the other one',
      'CPU µs/event: worker',
      'mongod',
      'Redis',
      'worker MiB',
    ],
    rows,
    note: [
      `At least ${RATIO_MIN} times the seed's way, where both are as durable, were aimed at: ${verdict('singles')}, ${verdict('batches')}.`,
      `In each of ours every one of the ${shown(events)} events was counted once. MiB: the most that was resident of the worker's process.`,
    ].join(' '),
  };
}

const liveNames: Record<keyof LiveRounds, string> = {
  singles: 'ours, single events',
  batches: 'ours, batches of 20',
  seed: "the seed's way, single events",
};

export function liveTable(rounds: LiveRounds): Table {
  const rows = lives.map((name) => {
    const median = medianOf(rounds[name]);
    const counted = rounds[name].map(
      (one, round) => one.countedPerSecond / (rounds.seed[round] ?? one).countedPerSecond,
    );
    return [
      liveNames[name],
      median((one) => one.acknowledgedPerSecond),
      median((one) => one.countedPerSecond),
      name === 'seed' ? '1' : shownSpread(spreadOf(counted)),
      median((one) => one.p50),
      median((one) => one.p99),
      median((one) => one.collectorCpuUs),
      median((one) => one.workerCpuUs),
      median((one) => one.mongodCpuUs),
    ];
  });
  return {
    title: 'While events come in over HTTP',
    head: [
      '',
      'acknowledged/s',
      'counted/s',
      "times the seed's",
      'p50 ms',
      'p99 ms',
      'CPU µs/event: collector',
      'worker',
      'mongod',
    ],
    rows,
    note: 'As many requests as the collector takes, over 64 connections; p50 and p99 until it answers. Counted: during the load. Of ours what was left was waited for, and all that was acknowledged had been counted once.',
  };
}

/** Of each round by itself. */
function timesOf(rounds: DrainRounds, name: keyof DrainRounds, reference: keyof DrainRounds) {
  const rates = rounds[name].map(
    (one, round) => one.eventsPerSecond / (rounds[reference][round] ?? one).eventsPerSecond,
  );
  return spreadOf(rates);
}

function medianOf<T>(rounds: T[]): (of: (one: T) => number) => string {
  return (of) => shown(spreadOf(rounds.map(of)).median);
}
