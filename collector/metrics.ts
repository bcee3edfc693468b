import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { QueueDepth } from '../core/ports.ts';
import type { Reason } from './refusal.ts';

export interface Metrics {
  registry: Registry;
  accepted(count: number): void;
  refused(reason: Reason, count: number): void;
  /** How long an append to the queue took, in seconds. */
  appended(seconds: number): void;
}

export interface MetricsOptions {
  registry?: Registry | undefined;
  depth: () => Promise<QueueDepth>;
  now: () => number;
}

/** From a tenth of a millisecond, which memory takes, to the seconds of a disk in trouble. */
const SECONDS = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** The collector's numbers for Prometheus. The queue is asked when someone reads them. */
export function metrics({ registry = new Registry(), depth, now }: MetricsOptions): Metrics {
  const registers = [registry];
  const accepted = new Counter({ name: 'footfall_accepted_total', help: 'Events stored in the queue', registers });
  const refused = new Counter({
    name: 'footfall_refused_total',
    help: 'Events refused, by reason (requests, where their events are unknown)',
    labelNames: ['reason'],
    registers,
  });
  const appended = new Histogram({
    name: 'footfall_append_seconds',
    help: 'Time until a batch was durable in the queue',
    buckets: SECONDS,
    registers,
  });
  addQueueMetrics(registry, depth, now);
  return {
    registry,
    accepted: (count) => accepted.inc(count),
    refused: (reason, count) => refused.inc({ reason }, count),
    appended: (seconds) => appended.observe(seconds),
  };
}

/** Adds a queue's numbers. It is asked when someone reads them; while it is away, they are NaN. */
export function addQueueMetrics(registry: Registry, depth: () => Promise<QueueDepth>, now: () => number): void {
  const look = () => depth().catch(() => undefined);
  new Gauge({
    name: 'footfall_queue_entries',
    help: 'Entries in the queue',
    registers: [registry],
    async collect() {
      this.set((await look())?.entries ?? Number.NaN);
    },
  });
  new Gauge({
    name: 'footfall_queue_age_seconds',
    help: 'Age of the oldest entry in the queue',
    registers: [registry],
    async collect() {
      const known = await look();
      this.set(known ? ageOf(known, now()) / 1000 : Number.NaN);
    },
  });
}

/** Age in ms of the oldest entry of a queue. */
export function ageOf({ oldest }: QueueDepth, now: number): number {
  return oldest === undefined ? 0 : Math.max(0, now - oldest);
}
