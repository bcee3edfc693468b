import { sqliteQueue } from '../adapters/sqlite/queue.ts';
import { sqliteStore } from '../adapters/sqlite/store.ts';
import { worker } from '../worker/worker.ts';
import { measured, option, usage } from './measured.ts';

/** The worker in a process of its own: takes a folder's queue into its store, and tells what that cost. */

const folder = option('folder');
const expected = Number(option('events'));

// As `server/worker-thread.ts` has them.
const queue = await sqliteQueue({ folder, role: 'reader', thread: false });
const store = await sqliteStore({ folder, thread: false });

const before = usage();
const began = performance.now();
let seconds = 0;
let events = 0;
const { promise: done, resolve } = Promise.withResolvers<void>();
const running = worker({
  queue,
  // The last batch is noticed where it is applied: timers may be late while there is work.
  store: {
    ...store,
    async apply(batch) {
      const applied = await store.apply(batch);
      events += applied.fenced ? 0 : applied.events;
      if (events >= expected) {
        seconds = (performance.now() - began) / 1000;
        resolve();
      }
      return applied;
    },
  },
  onError: (error) => console.error(error),
});
await done;
const after = usage();
await running.stop();
await queue.close();
await store.close();

const { applied, duplicates, quarantined, errors } = running.counts;
measured(
  {
    seconds,
    events: applied,
    wrong: duplicates + quarantined + errors,
    cpuUs: after.cpuUs - before.cpuUs,
    rssBytesMax: after.rssBytesMax,
  },
  async () => {},
);
