import { join } from 'node:path';
import { PARTITIONS_DEFAULT } from '../../core/limits.ts';
import type { Limits } from '../../core/limits.ts';
import type { Store } from '../../core/ports.ts';
import { reporting } from '../../reporting/reporting.ts';
import type { Reporting } from '../../reporting/reporting.ts';
import { until } from '../support/until.ts';

/** The time that reporting goes by, in ms since 1970. */
export interface Clock {
  now: number;
}

/** Somebody who can be asked by HTTP. */
export interface Reporter {
  name: string;
  /** The status and the body of an answer. */
  get(path: string): Promise<[status: number, body: unknown]>;
  post(path: string, body: unknown): Promise<[status: number, body: unknown]>;
}

/** A reporting in this process, with a replica and a clock of its own. */
export interface OwnReporter extends Reporter {
  errors: unknown[];
  clock: Clock;
  /** Resolves when the replica has all that is in the store. */
  caughtUp(): Promise<void>;
  close(): Promise<void>;
}

export interface ReporterOptions {
  store: Store;
  /** Of the replica. */
  folder: string;
  now: number;
}

/** The clock goes back and forth by months: only a look after so long lays by what is not recent any more. */
const SETTLE_MS = 40 * 24 * 60 * 60 * 1000;
const limits: Partial<Limits> = { replicaPollMs: 300, replicaReadRowsMax: 500, replicaSettleMs: SETTLE_MS };

/** Opens the replica with the name, or begins one. */
export function startReporter(name: string, { store, folder, now }: ReporterOptions): OwnReporter {
  const errors: unknown[] = [];
  const clock: Clock = { now };
  const app = reporting({
    store,
    replica: { file: join(folder, `${name}.duckdb`), partitions: PARTITIONS_DEFAULT },
    limits,
    now: () => clock.now,
    onError: (error) => errors.push(error),
  });
  return {
    ...reporterBy(name, async (path, init) => app.request(path, init)),
    errors,
    clock,
    async caughtUp() {
      // A look that began after this moment has seen all of it.
      const began = (clock.now += 1);
      await until(`the replica "${name}" to follow`, async () => (await asOf(app)) >= began);
    },
    close: () => app.close(),
  };
}

async function asOf(app: Reporting): Promise<number> {
  const answer = await app.request('/healthz');
  const { replica } = (await answer.json()) as { replica: { status: string; as_of: number } };
  return replica.status === 'ok' ? replica.as_of : -1;
}

/** @param request takes a path that begins with `/` */
export function reporterBy(name: string, request: (path: string, init?: RequestInit) => Promise<Response>): Reporter {
  const read = async (answer: Response): Promise<[number, unknown]> => {
    const isJson = answer.headers.get('content-type')?.includes('json');
    return [answer.status, isJson ? await answer.json() : await answer.text()];
  };
  const headers = { 'content-type': 'application/json' };
  return {
    name,
    get: async (path) => read(await request(path)),
    post: async (path, body) => read(await request(path, { method: 'POST', headers, body: JSON.stringify(body) })),
  };
}
