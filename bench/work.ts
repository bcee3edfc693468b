import { sqliteQueue } from '../adapters/sqlite/queue.ts';
import { sqliteStore } from '../adapters/sqlite/store.ts';
import { drain } from './drain.ts';
import { measured, option } from './measured.ts';

/** The worker in a process of its own: takes a folder's queue into its store, and tells what that cost. */

const folder = option('folder');

// As `server/worker-thread.ts` has them.
const queue = await sqliteQueue({ folder, role: 'reader', thread: false });
const store = await sqliteStore({ folder, thread: false });
const drained = await drain(queue, store, Number(option('events')));
await queue.close();
await store.close();

measured({ ...drained }, async () => {});
