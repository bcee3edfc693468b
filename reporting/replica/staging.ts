import type { Acquisition, Context } from '../../core/event.ts';
import type { StoredEvent, StoredVisitorDay } from '../../core/ports.ts';
import { visitDimensions } from '../../core/question.ts';
import { outlivesDay, visitorOfUser } from '../../core/visitor.ts';
import type { Visit } from '../../core/visits.ts';
import { ENGAGEMENT, PAGEVIEW } from '../../sdk/src/wire.ts';
import type { Column, Connection, Value } from './database.ts';

/** What a look at the store brings, in temporary tables, as texts; `take.ts` puts it where it belongs. */

const eventStage: Column[] = [
  ['site', 'INTEGER'],
  ['day', 'INTEGER'],
  ['visitor', 'VARCHAR'],
  ['named', 'VARCHAR'],
  ['seq', 'BIGINT'],
  ['time', 'BIGINT'],
  ['pageview', 'BOOLEAN'],
  ['event', 'VARCHAR'],
  ['page', 'VARCHAR'],
  ['hostname', 'VARCHAR'],
  ['prop_names', 'VARCHAR[]'],
  ['prop_values', 'VARCHAR[]'],
];

const dayStage: Column[] = [
  ['site', 'INTEGER'],
  ['day', 'INTEGER'],
  ['visitor', 'VARCHAR'],
  ['taken', 'INTEGER'],
];

const visitStage: Column[] = [
  ['site', 'INTEGER'],
  ['day', 'INTEGER'],
  ['visitor', 'VARCHAR'],
  ['visit', 'BIGINT'],
  ['person', 'VARCHAR'],
  ['sole', 'BOOLEAN'],
  ['unnamed', 'BOOLEAN'],
  ['first_a_day', 'BOOLEAN'],
  ['start', 'BIGINT'],
  ['last', 'BIGINT'],
  ['until', 'BIGINT'],
  ...visitDimensions.map((name): Column => [name, 'VARCHAR']),
  ['pageviews', 'INTEGER'],
  ['customs', 'INTEGER'],
  ['bounces', 'INTEGER'],
  ['duration_ms', 'BIGINT'],
  ['engaged_ms', 'DOUBLE'],
];

const engagedStage: Column[] = [
  ['site', 'INTEGER'],
  ['day', 'INTEGER'],
  ['visitor', 'VARCHAR'],
  ['time', 'BIGINT'],
  ['page', 'VARCHAR'],
  ['engaged_ms', 'DOUBLE'],
];

export interface Stage {
  /** Number of a site in the replica. */
  siteOf(id: string): number;
  /** The next number of a visit, and of an event. */
  nextVisit(): number;
  nextSeq(): number;
}

/**
 * Puts events and visitors' days into the temporary tables `staged_events`, `staged_days`, `staged_visits` and
 * `staged_engaged`, made anew.
 */
export async function fillStage(
  connection: Connection,
  stage: Stage,
  events: StoredEvent[],
  days: StoredVisitorDay[],
): Promise<void> {
  const rows = {
    events: events.filter(({ name }) => name !== ENGAGEMENT).map((event) => eventRow(event, stage)),
    days: days.map(({ site, day, visitor, state }) => [stage.siteOf(site), day, visitor, state.taken]),
    visits: days.flatMap((one) => one.state.visits.map((visit) => visitRow(one, visit, stage))),
    engaged: days.flatMap((one) => engagedRows(one, stage)),
  };
  const stages: [keyof typeof rows, Column[]][] = [
    ['events', eventStage],
    ['days', dayStage],
    ['visits', visitStage],
    ['engaged', engagedStage],
  ];
  for (const [name, columns] of stages) {
    const table = `staged_${name}`;
    const list = columns.map(([column, type]) => `"${column}" ${type}`).join(', ');
    await connection.run(`CREATE OR REPLACE TEMP TABLE ${table} (${list})`);
    await connection.append(
      table,
      columns,
      columns.map((_, at) => rows[name].map((row) => row[at] ?? null)),
    );
  }
}

function eventRow(event: StoredEvent, stage: Stage): Value[] {
  const props = event.props ?? [];
  return [
    stage.siteOf(event.site),
    event.day,
    event.visitor ?? null,
    event.user_id === undefined ? null : visitorOfUser(event.user_id),
    stage.nextSeq(),
    event.time,
    event.name === PAGEVIEW,
    event.name,
    event.path,
    event.hostname ?? '',
    props.length > 0 ? props.map(([name]) => name) : null,
    props.length > 0 ? props.map(([, value]) => String(value)) : null,
  ];
}

function visitRow({ site, day, visitor, state }: StoredVisitorDay, visit: Visit, stage: Stage): Value[] {
  const { start, last, end, user, views } = visit;
  const isBounce = views.length === 1 && visit.interactive === 0;
  const isOfDay = !user && !outlivesDay(visitor);
  return [
    stage.siteOf(site),
    day,
    visitor,
    stage.nextVisit(),
    personOf(user?.user_id, day, visitor),
    isOfDay && state.visits.length === 1,
    isOfDay,
    isOfDay && visit === state.visits.find((one) => !one.user),
    start,
    last,
    end,
    ...textsOf(visit),
    views.length,
    visit.events.reduce((sum, [, count]) => sum + count, 0),
    isBounce ? 1 : 0,
    isBounce ? 0 : last - start,
    views.reduce((sum, view) => sum + view.engaged_ms, 0),
  ];
}

function personOf(userId: string | undefined, day: number, visitor: string): string {
  if (userId !== undefined) return visitorOfUser(userId);
  return outlivesDay(visitor) ? visitor : `${day}|${visitor}`;
}

/** The values of the dimensions, in the columns' order. */
function textsOf({ first, views }: Visit): string[] {
  const pages: Record<string, string | undefined> = { entry_page: views[0]?.path, exit_page: views.at(-1)?.path };
  const known: Record<string, string | undefined> & Acquisition & Context = {
    ...first.context,
    ...first.acquisition,
    ...pages,
  };
  return visitDimensions.map((name) => known[name] ?? '');
}

/** Views are told apart by time and page; those that cannot be share what was engaged. */
function engagedRows({ site, day, visitor, state }: StoredVisitorDay, stage: Stage): Value[][] {
  const views = state.visits.flatMap((visit) => visit.views);
  if (!views.some(({ engaged_ms }) => engaged_ms > 0)) return [];
  return [...Map.groupBy(views, ({ time, path }) => `${time} ${path}`).values()].flatMap((same) => {
    const engaged = same.reduce((sum, view) => sum + view.engaged_ms, 0);
    const [view] = same;
    if (!view || engaged === 0) return [];
    return [[stage.siteOf(site), day, visitor, view.time, view.path, engaged / same.length]];
  });
}
