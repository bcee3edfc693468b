import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openQueueFile } from '../adapters/sqlite/queue-file.ts';
import type { LogEntry } from '../core/event.ts';
import { NO_POSITION } from '../core/ports.ts';
import type { Position } from '../core/ports.ts';
import { measured, option, usage } from './measured.ts';

/**
 * What the worker is measured beside: a worker as one would first write it. For each event one insert and two updates,
 * in a transaction of its own that is on the disk when it returns. It knows no visits and notices no repetition.
 */

const folder = option('folder');
const eventsMax = Number(option('events'));

const database = new DatabaseSync(join(folder, 'naive.db'));
// With a write-ahead log a commit costs one sync; without it, SQLite's default, several.
database.exec(`
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  CREATE TABLE events (id TEXT, site TEXT, time INTEGER, name TEXT, visitor TEXT, user_id TEXT, path TEXT, event TEXT);
  CREATE TABLE pages (site TEXT, day INTEGER, path TEXT, views INTEGER, PRIMARY KEY (site, day, path));
  CREATE TABLE visitors (site TEXT, day INTEGER, visitor TEXT, last_seen INTEGER, events INTEGER, PRIMARY KEY (site, day, visitor));
`);
const insert = database.prepare('INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
const addView = database.prepare('INSERT INTO pages VALUES (?, ?, ?, 1) ON CONFLICT DO UPDATE SET views = views + 1');
const addVisitor = database.prepare(
  `INSERT INTO visitors VALUES (?, ?, ?, ?, 1)
   ON CONFLICT DO UPDATE SET last_seen = max(last_seen, excluded.last_seen), events = events + 1`,
);

function apply({ site, context, events }: LogEntry): void {
  for (const event of events) {
    const { id, time, name, day, visitor = '', user_id = null, path } = event;
    database.exec('BEGIN IMMEDIATE');
    insert.run(id, site, time, name, visitor, user_id, path, JSON.stringify({ ...event, context }));
    addView.run(site, day, path);
    addVisitor.run(site, day, visitor, time);
    database.exec('COMMIT');
    done += 1;
  }
}

const queue = openQueueFile({ folder, role: 'reader' });
const before = usage();
const began = performance.now();
let done = 0;
for (let partition = 0; partition < queue.partitions; partition++) {
  let position: Position = NO_POSITION;
  while (done < eventsMax) {
    const { incarnation, to, entries } = queue.read(partition, position, 1000, 1e6);
    if (entries.length === 0) break;
    for (const { body } of entries) apply(JSON.parse(body));
    position = { incarnation, offset: to, version: position.version + 1 };
  }
}
const seconds = (performance.now() - began) / 1000;
const after = usage();
queue.close();
database.close();

const { rssBytesMax } = after;
measured({ seconds, events: done, wrong: 0, cpuUs: after.cpuUs - before.cpuUs, rssBytesMax }, async () => {});
