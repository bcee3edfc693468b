import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { inject } from 'vitest';
import type { ProvidedContext } from 'vitest';
import type { Store } from '../../core/ports.ts';
import { openStore } from '../../server/open.ts';
import { eventsOf } from './contents.ts';
import { servers } from './server.ts';
import type { Exit, Outcome, Server, ServersOptions } from './server.ts';
import type { StartedServices } from './started-services.ts';
import { until } from './until.ts';

/** What the tests of a project run on: the name is in `vitest.config.ts`. */
type Name = ProvidedContext['deployment'];

export type Role = 'collector' | 'worker' | 'reporting';

/** Settings that tell a process where queue and store are; none: in its folder. */
interface Places {
  QUEUE_URL?: string;
  STORE_URL?: string;
}

interface Kind {
  /** What each of its processes does, by the name of its data folder. The first with a role is the one that is asked. */
  processes: Record<string, readonly Role[]>;
  /** A new queue and a new store, with nothing in them. */
  places(): Promise<Places>;
}

const kinds: Record<Name, Kind> = {
  embedded: { processes: { footfall: ['collector', 'worker', 'reporting'] }, places: async () => ({}) },
  standard: {
    processes: { collector: ['collector'], worker: ['worker'], reporting: ['reporting'] },
    places: async () => ({ QUEUE_URL: await newRedis(), STORE_URL: newMongodb() }),
  },
  scale: {
    processes: {
      collector: ['collector'],
      worker: ['worker'],
      'worker-2': ['worker'],
      'worker-3': ['worker'],
      reporting: ['reporting'],
    },
    places: async () => ({ QUEUE_URL: newKafka(), STORE_URL: newMongodb() }),
  },
};

/** All data of one Footfall: it can be started on them again and again. */
export interface Data {
  /** Of all its files on this machine. */
  folder: string;
  /** Data folder of the process that does that; each has its own. */
  folderOf(role: Role): string;
  places: Places;
}

/** A whole Footfall that runs, in as many processes as its deployment has. */
export interface Footfall extends Pick<Server, 'collector' | 'reporting' | 'output'> {
  /** The process that does that. */
  processOf(role: Role): Server;
  /** Sends all of them a signal, and waits until they have ended. Answers how the first ended, or one that failed. */
  end(signal: NodeJS.Signals): Promise<Exit>;
}

/** What tests do that run on several deployments; which one it is, the project says in which Vitest runs them. */
export interface Deployment {
  /** New data; gone when what was started is ended. */
  newData(): Promise<Data>;
  /** Starts all its processes; resolves when they are ready, rejects with all that one wrote if it ends before. */
  start(data: Data, env?: Record<string, string>): Promise<Footfall>;
  /** Runs a command as on the machine of the reporting. */
  run(args: string[], data: Data): Promise<Outcome>;
  /** Works on the store, whether a Footfall runs on it or not. */
  withStore<T>(data: Data, work: (store: Store) => Promise<T>): Promise<T>;
  /** Resolves when so many events are in the store. */
  untilStored(data: Data, events: number): Promise<void>;
}

/**
 * The deployment on which the tests of a file run.
 *
 * @param options how long what is started may run
 * @example
 * const { newData, start } = deployment();
 * test('…', async () => {
 *   const { collector } = await start(await newData());
 * });
 */
export function deployment(options: ServersOptions = {}): Deployment {
  const { processes, places } = kinds[inject('deployment')];
  const { folder: newFolder, launch, run } = servers(options);
  const nameOf = (role: Role): string => Object.keys(processes).find((name) => processes[name]?.includes(role)) ?? '';

  async function newData(): Promise<Data> {
    const folder = newFolder();
    return { folder, folderOf: (role) => join(folder, nameOf(role)), places: await places() };
  }

  async function start(data: Data, env: Record<string, string> = {}): Promise<Footfall> {
    const running = new Map<string, Server>();
    async function startAll(names: string[], more: Record<string, string>): Promise<void> {
      const all = names.map(async (name) => {
        const ROLES = processes[name]?.join(',') ?? '';
        const launched = launch({ folder: join(data.folder, name), env: { ROLES, ...data.places, ...more, ...env } });
        running.set(name, await launched.ready());
      });
      await Promise.all(all);
    }
    const isApart = (name: string): boolean => name === nameOf('reporting') && name !== nameOf('collector');
    const processOf = (role: Role): Server => {
      const found = running.get(nameOf(role));
      if (!found) throw new Error(`no process is a ${role}`);
      return found;
    };
    await startAll(
      Object.keys(processes).filter((name) => !isApart(name)),
      {},
    );
    const { collector } = processOf('collector');
    // A reporting apart from the collector is told where that is.
    await startAll(Object.keys(processes).filter(isApart), { PORT: new URL(collector).port });
    return {
      collector,
      reporting: processOf('reporting').reporting,
      processOf,
      output: () => [...running.values()].map((one) => one.output()).join(''),
      async end(signal) {
        const exits = await Promise.all([...running.values()].map((one) => one.end(signal)));
        return exits.find(({ code }) => code !== 0) ?? { code: 0, signal: null };
      },
    };
  }

  async function withStore<T>(data: Data, work: (store: Store) => Promise<T>): Promise<T> {
    const store = await openStore({ data: data.folderOf('collector'), storeUrl: data.places.STORE_URL });
    try {
      return await work(store);
    } finally {
      await store.close();
    }
  }

  return {
    newData,
    start,
    run: (args, data) => run(args, { folder: data.folderOf('reporting'), env: { ...data.places } }),
    withStore,
    untilStored: (data, events) =>
      withStore(data, async (store) => {
        await until(`${events} events to be stored`, async () => (await eventsOf(store)).length >= events);
      }),
  };
}

function services(): StartedServices {
  const started = inject('services');
  if (typeof started === 'string') throw new Error(started);
  return started;
}

/** A database of its own, which no other test has had. */
async function newRedis(): Promise<string> {
  const { queue: url } = services();
  const redis = new Redis(url);
  try {
    return `${url}/${await redis.incr('databases')}`;
  } finally {
    redis.disconnect();
  }
}

/** A topic that no other test has had. */
function newKafka(): string {
  return `${services().queue}/footfall-${randomUUID()}`;
}

function newMongodb(): string {
  return services().mongodb.replace('DATABASE', `footfall-${randomUUID()}`);
}
