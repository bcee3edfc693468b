import type { ClientSession } from 'mongodb';
import type { Event, LogEntry } from '../../core/event.ts';
import type { StoredEvent } from '../../core/ports.ts';
import { PAGEVIEW } from '../../sdk/src/wire.ts';
import type { Collections, EventGroup, EventRow } from './collections.ts';
import { dateAt, dateOfDay, dayOfDate } from './dates.ts';

/** An event of a batch, with the entry that brought it. */
export interface Brought {
  entry: Pick<LogEntry, 'site' | 'received' | 'context' | 'door'>;
  event: Event;
}

/** A group is full with so many events, or so many characters of text: far below the 16 MB of a document. */
const GROUP_EVENTS_MAX = 100;
const GROUP_CHARS_MAX = 1_000_000;

/** What the seeds call a page view. */
const PAGE_VIEW = 'page_view';

/** Writes the events that a version brings. */
export async function writeEvents(
  { event_groups }: Collections,
  partition: number,
  version: number,
  events: Brought[],
  session: ClientSession,
): Promise<void> {
  const groups = groupsOf(partition, version, events);
  if (groups.length > 0) await event_groups.insertMany(groups, { session, ordered: false });
}

function groupsOf(partition: number, version: number, events: Brought[]): EventGroup[] {
  const groups: EventGroup[] = [];
  const open = new Map<string, { group: EventGroup; chars: number }>();
  for (const { entry, event } of events) {
    const key = `${event.day}|${entry.site}`;
    let last = open.get(key);
    if (!last || last.group.events.length === GROUP_EVENTS_MAX || last.chars > GROUP_CHARS_MAX) {
      const group = { partition, version, site_id: entry.site, date: dateOfDay(event.day), events: [] };
      last = { group, chars: 0 };
      open.set(key, last);
      groups.push(group);
    }
    last.group.events.push(rowOf(entry, event));
    last.chars += charsOf(event);
  }
  return groups;
}

function rowOf(entry: Brought['entry'], event: Event): EventRow {
  const { id, name, time, day: _day, context = entry.context, ...more } = event;
  return {
    event_id: id,
    event_type: eventTypeOf(name),
    // Whoever calls a custom event by the seeds' word for a page view.
    name: name === PAGE_VIEW ? name : undefined,
    timestamp: dateAt(time),
    received: dateAt(entry.received),
    context,
    ...more,
  };
}

/** What the seeds call an event of that name. */
export function eventTypeOf(name: string): string {
  return name === PAGEVIEW ? PAGE_VIEW : name;
}

/** The events of a group, as they were applied. */
export function eventsOf({
  site_id: site,
  date,
  events,
}: Pick<EventGroup, 'site_id' | 'date' | 'events'>): StoredEvent[] {
  const day = dayOfDate(date);
  return events.map((row) => {
    const { event_id, event_type, name: _name, timestamp, received, context, ...more } = row;
    return {
      ...more,
      id: event_id,
      site,
      name: isPageview(row) ? PAGEVIEW : event_type,
      time: timestamp.getTime(),
      day,
      received: received.getTime(),
      context,
    };
  });
}

/** Whether it is a page view, and not a custom event that is called as the seeds call one. */
export function isPageview({ event_type, name }: Pick<EventRow, 'event_type' | 'name'>): boolean {
  return event_type === PAGE_VIEW && name === undefined;
}

/** About the characters of what can be long. */
function charsOf({ path, title = '', props = [], acquisition = {} }: Event): number {
  let chars = path.length + title.length;
  for (const [name, value] of props) chars += name.length + String(value).length;
  for (const value of Object.values(acquisition)) chars += value?.length ?? 0;
  return chars;
}
