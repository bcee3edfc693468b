import { request } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { lockFolder } from '../../adapters/sqlite/lock.ts';
import { messageOf, Unusable } from '../../core/errors.ts';
import type { Store } from '../../core/ports.ts';
import { reporting } from '../../reporting/reporting.ts';
import type { Config } from '../config.ts';
import { readRunning } from '../running.ts';

/** Asks a reporting for a path of its API. */
type Ask = (path: string, signal: AbortSignal) => Promise<Response>;

const LOOK_MS = 200;

const refusalSchema = z.object({ reason: z.string(), message: z.string(), progress: z.number().optional() });

export interface VisitsOptions {
  config: Pick<Config, 'data' | 'limits'>;
  store: Store;
  partitions: number;
  /** Of `GET /api/v1/export`. */
  parameters: Record<string, string>;
  signal: AbortSignal;
  /** Told from time to time how far the numbers are put together, from 0 to 1. */
  onBuilding: (progress: number) => void;
}

/**
 * Visits as the reporting exports them: that of the server which runs on the data folder, or one of its own while none
 * does.
 *
 * @param take reads all of it
 * @throws Unusable if it cannot be had
 */
export async function withVisits(
  options: VisitsOptions,
  take: (visits: AsyncIterable<Uint8Array>) => Promise<void>,
): Promise<void> {
  const { parameters, signal, onBuilding } = options;
  const path = `/api/v1/export?${new URLSearchParams(parameters).toString()}`;
  await withReporting(options, async (ask) => take(whole(await answerOf(ask, path, signal, onBuilding))));
}

async function withReporting(options: VisitsOptions, work: (ask: Ask) => Promise<void>): Promise<void> {
  const { data, limits } = options.config;
  const { store, partitions } = options;
  let release: () => void;
  try {
    release = lockFolder(data);
  } catch (error) {
    const { reporting: address, secret } = readRunning(data) ?? {};
    if (address === undefined || secret === undefined) throw error;
    return work((path, signal) => askServer(address, secret, path, signal));
  }
  const app = reporting({
    store,
    replica: { file: join(data, 'replica.duckdb'), partitions },
    limits,
    onError: (error) => console.error(`footfall: ${messageOf(error)}`),
  });
  try {
    await work(async (path, signal) => app.request(new Request(`http://localhost${path}`, { signal })));
  } finally {
    await app.close();
    release();
  }
}

/** `fetch` would wait five minutes for an answer's beginning, and no longer. */
function askServer(address: string, secret: string, path: string, signal: AbortSignal): Promise<Response> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${secret}` };
    const asked = request(`${address}${path}`, { headers, signal }, (answer) => {
      const { statusCode: status = 500 } = answer;
      resolve(new Response(Readable.toWeb(answer) as ReadableStream<Uint8Array<ArrayBuffer>>, { status }));
    });
    asked.once('error', (error) =>
      reject(new Unusable(`the server at ${address}: ${error.message}`, { cause: error })),
    );
    asked.end();
  });
}

/** The answer, once the numbers are put together. */
async function answerOf(
  ask: Ask,
  path: string,
  signal: AbortSignal,
  onBuilding: VisitsOptions['onBuilding'],
): Promise<AsyncIterable<Uint8Array>> {
  for (;;) {
    const answer = await ask(path, signal);
    if (answer.ok) return (answer.body ?? []) as AsyncIterable<Uint8Array>;
    const refusal = refusalSchema.safeParse(await answer.json().catch(() => undefined)).data;
    if (refusal?.reason === 'timeout') throw tooLong();
    if (refusal?.reason !== 'building') {
      throw new Unusable(`the reporting answered ${answer.status}: ${refusal?.message ?? 'nothing that is known'}`);
    }
    onBuilding(refusal.progress ?? 0);
    await pause(LOOK_MS, undefined, { signal });
  }
}

/** What breaks off is told from what cannot be written. */
async function* whole(visits: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* visits;
  } catch (error) {
    throw new Unusable(`the export broke off (${messageOf(error)})`, { cause: error });
  }
}

function tooLong(): Unusable {
  return new Unusable('it took longer than EXPORT_MS_MAX. Export fewer days at once, by --from and --to.');
}
