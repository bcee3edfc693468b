/** What the package `footfall` gives to a Node program. */
export { sqliteQueue } from '../adapters/sqlite/queue.ts';
export type { SqliteQueueOptions } from '../adapters/sqlite/queue.ts';
export { sqliteStore } from '../adapters/sqlite/store.ts';
export type { SqliteStoreOptions } from '../adapters/sqlite/store.ts';
export { collector } from '../collector/collector.ts';
export type { CollectorOptions } from '../collector/collector.ts';
export { QueueFull, Unavailable, Unusable } from '../core/errors.ts';
export type { Event, LogEntry } from '../core/event.ts';
export { limits } from '../core/limits.ts';
export type { Limits } from '../core/limits.ts';
export type { Queue, Store } from '../core/ports.ts';
export { reporting } from '../reporting/reporting.ts';
export type { ReportingOptions } from '../reporting/reporting.ts';
export { worker } from '../worker/worker.ts';
export type { Worker, WorkerCounts, WorkerOptions } from '../worker/worker.ts';
export { embedded } from './embedded.ts';
export type { Embedded, EmbeddedOptions } from './embedded.ts';
export { addSite } from './sites.ts';
