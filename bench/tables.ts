import type { HttpFigures, Server } from './http.ts';
import type { WorkFigures } from './queue-data.ts';
import { shown, shownSpread, spreadOf } from './report.ts';
import type { Table } from './report.ts';

/** What the figures of all rounds say, as tables: medians, and of ratios the spread. */

const MIB = 1024 * 1024;

/** Of the bare server's requests that the collector must answer, and of its rate in events with batches. */
const SINGLES_RATIO_MIN = 0.5;
const BATCHES_RATIO_MIN = 2;

const serverNames: Record<Server, string> = {
  bare: 'bare `node:http`',
  collector: 'collector',
  start: 'whole `npm start`',
};
const shapeNames = { singles: 'single events', batches: 'batches of 20' };

export interface Paced {
  server: Server;
  figures: HttpFigures;
}

function median<T>(rounds: T[], of: (one: T) => number): string {
  return shown(spreadOf(rounds.map(of)).median);
}

/** @param rounds by `server shape` */
export function httpTables(rounds: Map<string, HttpFigures[]>, paced: Paced[]): Table[] {
  return [loadTable(rounds), ratioTable(rounds), pacedTable(paced)];
}

function loadTable(rounds: Map<string, HttpFigures[]>): Table {
  const rows: string[][] = [];
  for (const shape of ['singles', 'batches'] as const) {
    for (const server of ['bare', 'collector', 'start'] as const) {
      const all = rounds.get(`${server} ${shape}`) ?? [];
      rows.push([
        `${serverNames[server]}, ${shapeNames[shape]}`,
        median(all, (one) => one.requestsPerSecond),
        median(all, (one) => one.eventsPerSecond),
        median(all, (one) => one.cpuUsPerRequest),
        median(all, (one) => one.mainCpuUsPerRequest),
        median(all, (one) => (one.cpuUsPerRequest * one.requestsPerSecond) / one.eventsPerSecond),
        median(all, (one) => one.p50),
        median(all, (one) => one.p99),
        median(all, (one) => one.rssBytes / MIB),
      ]);
    }
  }
  const head = [
    '',
    'requests/s',
    'events/s',
    'CPU µs/request',
    'of it main thread',
    'CPU µs/event',
    'p50 ms',
    'p99 ms',
    'MiB',
  ];
  const note = 'As many requests as each takes, over 64 connections. MiB: resident memory of the process at the end.';
  return { title: 'Taking events in', head, rows, note };
}

function ratioTable(rounds: Map<string, HttpFigures[]>): Table {
  const bare = rounds.get('bare singles') ?? [];
  const ratios = (key: string, of: (one: HttpFigures) => number): number[] =>
    (rounds.get(key) ?? []).map((one, round) => of(one) / of(bare[round] ?? one));
  const row = (server: Server, shape: 'singles' | 'batches', min: number): string[] => {
    const key = `${server} ${shape}`;
    const spread = spreadOf(ratios(key, (one) => one.eventsPerSecond));
    const verdict = spread.median >= min ? 'met' : 'missed';
    return [
      `${serverNames[server]}, ${shapeNames[shape]}`,
      shownSpread(spread),
      server === 'start' ? '' : `${min}: ${verdict}`,
    ];
  };
  return {
    title: "Events a second, as a share of the bare server's requests a second",
    head: ['', 'median (least to greatest)', 'target'],
    rows: [
      row('collector', 'singles', SINGLES_RATIO_MIN),
      row('collector', 'batches', BATCHES_RATIO_MIN),
      row('start', 'singles', SINGLES_RATIO_MIN),
      row('start', 'batches', BATCHES_RATIO_MIN),
    ],
    note: 'Of each round by itself: the bare server takes single events, one a request. The bare server answers batches, too, and does nothing with the 20 events in them.',
  };
}

function pacedTable(paced: Paced[]): Table {
  return {
    title: 'What a visitor waits',
    head: ['', 'requests/s', 'p50 ms', 'p99 ms'],
    rows: paced.map(({ server, figures }) => [
      `${serverNames[server]}, ${shapeNames.singles}`,
      ...[figures.requestsPerSecond, figures.p50, figures.p99].map(shown),
    ]),
    note: 'Single events at a pace that leaves room: each of 64 connections waits 30 to 90 ms before each request.',
  };
}

export type WorkRounds = Record<'singles' | 'batches' | 'naive', WorkFigures[]>;

export function workTables(rounds: WorkRounds, queueBytes: Record<'singles' | 'batches', number>): Table[] {
  const names = {
    singles: 'worker, an event an entry',
    batches: 'worker, 20 events an entry',
    naive: 'naive worker, an event an entry',
  };
  const kinds = ['singles', 'batches', 'naive'] as const;
  const times = (kind: keyof WorkRounds): string => {
    const rates = rounds[kind].map((one, round) => one.eventsPerSecond / (rounds.naive[round] ?? one).eventsPerSecond);
    return kind === 'naive' ? '1' : shownSpread(spreadOf(rates));
  };
  return [
    {
      title: 'From the queue into the store',
      head: ['', 'events/s', 'times the naive one', 'CPU µs/event', 'MiB'],
      rows: kinds.map((kind) => [
        names[kind],
        median(rounds[kind], (one) => one.eventsPerSecond),
        times(kind),
        median(rounds[kind], (one) => one.cpuUsPerEvent),
        median(rounds[kind], (one) => one.rssBytesMax / MIB),
      ]),
      note: 'MiB: the most that was resident of the process.',
    },
    {
      title: 'On the disk',
      head: ['', 'bytes/event'],
      rows: [
        ['queue, an event an entry', shown(queueBytes.singles)],
        ['queue, 20 events an entry', shown(queueBytes.batches)],
        ['store, from single events', median(rounds.singles, (one) => one.bytesPerEvent)],
        ['store, from batches of 20', median(rounds.batches, (one) => one.bytesPerEvent)],
        ["the naive worker's file", median(rounds.naive, (one) => one.bytesPerEvent)],
      ],
    },
  ];
}
