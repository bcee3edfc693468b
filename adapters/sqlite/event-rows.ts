import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { Event, LogEntry } from '../../core/event.ts';
import type { StoredEvent } from '../../core/ports.ts';
import { nameOfVisitor, visitorOfUser } from '../../core/visitor.ts';
import { decodeAcquisition, decodeContext, encodeAcquisition, encodeContext, idOfBytes } from './codec.ts';
import type { Dictionary } from './dictionary.ts';

/** The columns of `events`, as SQLite gives them. */
export type EventRow = Record<string, SQLOutputValue>;

/** What few events have, as JSON in `more`. */
type More = Pick<Event, 'props' | 'interactive' | 'view' | 'engaged_ms' | 'depth'> & {
  /** Where it is not what the visitor's key says; null: there is none. */
  user_id?: string | null | undefined;
};

/** Writes events in the order of their application. */
export interface EventRows {
  /** From here on rows belong to this version of the partition. */
  start(partition: number, version: number): void;
  write(site: number, id: Uint8Array, entry: LogEntry, event: Event): void;
}

export function eventRows(database: DatabaseSync, strings: Dictionary): EventRows {
  const insert = database.prepare('INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  let partition = 0;
  let version = 0;
  let n = 0;
  return {
    start(ofPartition, ofVersion) {
      partition = ofPartition;
      version = ofVersion;
      n = 0;
    },
    write(site, id, entry, event) {
      n += 1;
      insert.run(
        partition,
        version,
        n,
        site,
        event.day,
        event.time,
        entry.received - event.time,
        event.utc_offset,
        id,
        strings.idOf(event.name),
        event.visitor ?? null,
        strings.idOf(event.path),
        event.hostname === undefined ? null : strings.idOf(event.hostname),
        encodeContext(event.context ?? entry.context, strings),
        event.acquisition ? encodeAcquisition(event.acquisition, strings) : null,
        event.title === undefined ? null : strings.idOf(event.title),
        moreOf(event),
      );
    },
  };
}

function moreOf(event: Event): string | null {
  const { props, interactive, view, engaged_ms, depth } = event;
  const user_id = event.user_id === userOf(event.visitor) ? undefined : (event.user_id ?? null);
  const more: More = { props, interactive, view, engaged_ms, depth, user_id };
  const json = JSON.stringify(more);
  return json === '{}' ? null : json;
}

/** The `user_id` that a visitor's key is made of. */
function userOf(visitor: string | undefined): string | undefined {
  const name = visitor === undefined ? '' : nameOfVisitor(visitor);
  return visitor === visitorOfUser(name) ? name : undefined;
}

/** An event as it was written. */
export function eventOfRow(row: EventRow, strings: Dictionary): StoredEvent {
  const visitor = row.visitor === null ? undefined : String(row.visitor);
  const more = (row.more === null ? {} : JSON.parse(String(row.more))) as More;
  const time = Number(row.time);
  const { user_id = userOf(visitor), ...rest } = more;
  return {
    site: strings.valueOf(Number(row.site)),
    received: time + Number(row.late),
    context: decodeContext(Number(row.context), strings),
    id: idOfBytes(row.id as Uint8Array),
    name: strings.valueOf(Number(row.name)),
    time,
    day: Number(row.day),
    utc_offset: Number(row.utc_offset),
    path: strings.valueOf(Number(row.path)),
    ...(visitor === undefined ? {} : { visitor }),
    ...(row.hostname === null ? {} : { hostname: strings.valueOf(Number(row.hostname)) }),
    ...(row.acquisition === null ? {} : { acquisition: decodeAcquisition(Number(row.acquisition), strings) }),
    ...(row.title === null ? {} : { title: strings.valueOf(Number(row.title)) }),
    ...rest,
    ...(typeof user_id === 'string' ? { user_id } : {}),
  };
}
