import type { LogEntry } from '../../core/event.ts';
import { LOG_ENTRY_VERSION } from '../../core/event.ts';
import { partitionOf } from '../../core/partition.ts';
import type { QueueEntry } from '../../core/ports.ts';
import type { Random } from '../../core/sample.contract.ts';
import { sampleEvents, sampleId } from '../../core/sample.contract.ts';
import type { VisitEvent } from '../../core/visits.ts';
import type { Faults } from './faults.ts';

/** What the clients of a simulated run append, and what must be in the store at the end. */
export interface Traffic {
  /** In the order in which it is first tried to append them. */
  entries: QueueEntry[];
  /** By site, each event once. */
  expected: Map<string, VisitEvent[]>;
  /** By document id. */
  refused: Map<string, { site: string; day: number; reason: string; count: number }>;
  /** Bodies that must come to lie in quarantine. */
  poison: Set<string>;
  /** The same events in an entry of another id, as a client that regroups what it tries again. */
  regrouped(entry: QueueEntry): QueueEntry;
}

export const EVENTS_MIN = 50;
/** The name of an event by which the simulated store is made to fail. */
export const UNAPPLIABLE = 'unappliable';

const sites = ['a.example', 'b.example', 'c.example'];
const undecodable = ['', 'not JSON', '{"v":2}', '[]', '{"v":1,"id":7}', 'null', '\u0000'];

export function trafficOf(random: Random, faults: Faults, partitions: number, from: number): Traffic {
  const traffic: Omit<Traffic, 'regrouped'> = {
    entries: [],
    expected: new Map(),
    refused: new Map(),
    poison: new Set(),
  };
  let ids = 0x1000_0000;
  const newId = (): string => sampleId((ids += 1));
  const entryOf = (site: string, events: VisitEvent[]): LogEntry => {
    const context = events[0]?.context ?? {};
    return {
      v: LOG_ENTRY_VERSION,
      id: newId(),
      site,
      received: from,
      context,
      events: events.map(({ event }) => event),
    };
  };
  const put = (site: string, body: string): void => {
    traffic.entries.push({ partition: partitionOf(site, partitions), body });
  };

  const used = sites.slice(0, 2 + random.below(2));
  for (const [index, site] of used.entries()) {
    const count = Math.ceil(EVENTS_MIN / used.length) + random.below(4);
    const events = sampleEvents(random, { count, from, firstId: index * 1000 });
    traffic.expected.set(site, events);
    if (!faults.happens('out of order')) events.sort((a, b) => a.event.time - b.event.time);
    const again = events.filter(() => faults.happens('duplicate event'));
    for (const group of [...groupsOf(random, events), ...groupsOf(random, again)]) {
      const entry = entryOf(site, group);
      if (random.chance(0.2)) entry.refused = refuse(traffic, random, site);
      put(site, JSON.stringify(entry));
      if (faults.happens('duplicate entry')) put(site, JSON.stringify(entry));
    }
    if (faults.happens('undecodable entry') || faults.happens('undecodable entry'))
      addPoison(random.pick(undecodable), site);
    if (faults.happens('unappliable entry') || faults.happens('unappliable entry')) {
      const event = {
        ...sampleEvents(random, { count: 1, from, firstId: 90_000 + index })[0]?.event,
        name: UNAPPLIABLE,
      };
      addPoison(JSON.stringify({ ...entryOf(site, []), events: [event] }), site);
    }
  }

  function addPoison(body: string, site: string): void {
    traffic.poison.add(body);
    const at = random.below(traffic.entries.length + 1);
    traffic.entries.splice(at, 0, { partition: partitionOf(site, partitions), body });
  }

  return {
    ...traffic,
    regrouped(entry) {
      if (traffic.poison.has(entry.body)) return entry;
      const { refused, ...rest } = JSON.parse(entry.body) as LogEntry;
      return refused ? entry : { ...entry, body: JSON.stringify({ ...rest, id: newId() }) };
    },
  };
}

/** Small groups of events that one browser, or one kind of browser, could have sent. */
function groupsOf(random: Random, events: VisitEvent[]): VisitEvent[][] {
  const groups = new Map<string, VisitEvent[]>();
  const done: VisitEvent[][] = [];
  for (const one of events) {
    const key = JSON.stringify(one.context);
    const group = groups.get(key) ?? [];
    group.push(one);
    groups.set(key, group);
    if (group.length < 1 + random.below(5)) continue;
    done.push(group);
    groups.delete(key);
  }
  return [...done, ...groups.values()];
}

function refuse({ refused }: Pick<Traffic, 'refused'>, random: Random, site: string): LogEntry['refused'] {
  const day = 20_000;
  const reason = random.pick(['bot', 'too_old']);
  const count = 1 + random.below(5);
  const id = `${site}|${day}|${reason}`;
  refused.set(id, { site, day, reason, count: (refused.get(id)?.count ?? 0) + count });
  return [{ day, reason, count }];
}
