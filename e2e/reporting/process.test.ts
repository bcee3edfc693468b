import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { daily } from '../../core/daily.contract.ts';
import { limits } from '../../core/limits.ts';
import { randomOf } from '../../core/sample.contract.ts';
import { openDatabase } from '../../reporting/replica/database.ts';
import { drained } from '../support/http.ts';
import { startLoad } from '../support/load.ts';
import { quietMoment } from '../support/moment.ts';
import { childrenOf } from '../support/processes.ts';
import { servers } from '../support/server.ts';
import type { Server } from '../support/server.ts';
import { until } from '../support/until.ts';
import { env, expectAll, pagesOf, SITES } from './told.ts';

const { folder, start } = servers();

/** The reporting process as it is now. */
async function childOf(server: Server): Promise<number> {
  return until('the reporting process', () => childrenOf(server.pid)[0]);
}

async function kill(server: Server): Promise<void> {
  const child = await childOf(server);
  process.kill(child, 'SIGKILL');
  await until('it to be gone', () => !childrenOf(server.pid).includes(child));
}

function overwrite(file: string): void {
  const bytes = readFileSync(file);
  const random = randomOf(1);
  for (let at = 0; at < bytes.length; at++) bytes[at] = random.below(256);
  writeFileSync(file, bytes, { flag: 'r+' });
}

type Trouble = [string, (server: Server, file: string) => Promise<void>];

const troubles: Trouble[] = [
  ['killed', (server) => kill(server)],
  [
    'killed, and its file damaged',
    async (server, file) => {
      await kill(server);
      overwrite(file);
    },
  ],
  [
    'killed, and its file of another version',
    async (server, file) => {
      await kill(server);
      rmSync(file, { force: true });
      rmSync(`${file}.wal`, { force: true });
      const database = await openDatabase(file, limits);
      const connection = await database.connect();
      await connection.run('CREATE TABLE replica AS SELECT 0 AS version, 0 AS store, 0 AS engine');
      connection.close();
      database.close();
    },
  ],
  ['its file deleted under it', async (_, file) => rmSync(file)],
];

const more: Trouble[] = [
  [
    'killed, and its file cut off',
    async (server, file) => {
      await kill(server);
      writeFileSync(file, readFileSync(file).subarray(0, 20_000));
    },
  ],
  [
    'killed, and its write-ahead log damaged',
    async (server, file) => {
      await kill(server);
      if (existsSync(`${file}.wal`)) overwrite(`${file}.wal`);
    },
  ],
  ['its file damaged under it', async (_, file) => overwrite(file)],
];

describe('while traffic goes on', () => {
  test.each(daily(troubles, [...troubles, ...more]))(
    '%s: it comes back by itself with the same answers, and collection never notices',
    async (_, trouble) => {
      const data = folder();
      const file = join(data, 'replica.duckdb');
      const { time, date } = quietMoment();
      const server = await start({ folder: data, env });
      const load = startLoad({ random: randomOf(3), sites: SITES, time, clients: 3, address: () => server.collector });
      await until('the first numbers', async () => ((await pagesOf(server, 'a.example', date)).total ?? 0) > 20);

      await trouble(server, file);

      const before = load.accepted.size;
      await until('more events', () => load.accepted.size > before + 100);
      const { total = 0 } = await until('numbers again', () =>
        pagesOf(server, 'a.example', date).catch(() => undefined),
      );
      await until('newer numbers', async () => ((await pagesOf(server, 'a.example', date)).total ?? 0) > (total ?? 0));
      await load.stop();
      await drained(server.collector);
      await expectAll(server, load.sent.values(), date);
      expect(load.counts).toMatchObject({ broken: 0, refused: {} });
      expect(statSync(file).isFile()).toBe(true);
      expect(await server.end('SIGTERM')).toEqual({ code: 0, signal: null });
    },
  );
});
