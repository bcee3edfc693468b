import { spawn, spawnSync } from 'node:child_process';
import { createWriteStream, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { sampleLog } from '../collector/import/sample-log.contract.ts';
import { randomOf } from '../core/sample.contract.ts';
import { asText, shown, shownSpread, spreadOf } from './report.ts';
import type { Table } from './report.ts';

/**
 * `footfall import` of a month's log beside `wc -l`, which only looks for newlines, and GoAccess, which counts in memory
 * and keeps nothing; then of a log that is several times as long, for the memory.
 *
 *     node bench/import.ts --lines 1000000 --rounds 3
 */

const folder = join(import.meta.dirname, '..', 'data', 'bench-import');
const program = join(import.meta.dirname, '..', 'server', 'cli.ts');
const LONGER = 4;
const LOOK_MS = 50;

interface Run {
  seconds: number;
  /** The most memory that was resident. */
  mib: number;
}

/** Lines in pieces of a few thousand, or the stream would have more to do than the disk. */
function* pieces(lines: number): Generator<string> {
  let piece: string[] = [];
  for (const line of sampleLog(randomOf(1), { lines, from: Date.UTC(2026, 9, 1), days: 31, visitors: 300 })) {
    if (piece.push(line) < 5000) continue;
    yield piece.join('');
    piece = [];
  }
  yield piece.join('');
}

async function writeLog(lines: number): Promise<string> {
  const file = join(folder, `access-${lines}.log`);
  await pipeline(pieces(lines), createWriteStream(file));
  return file;
}

/** Runs a command to its end. */
async function measure(command: string, args: string[], env: Record<string, string> = {}): Promise<Run> {
  const began = performance.now();
  const child = spawn(command, args, {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  let kib = 0;
  const looking = setInterval(() => {
    const status = `/proc/${child.pid}/status`;
    if (!existsSync(status)) return;
    kib = Math.max(kib, Number(/VmHWM:\s+(\d+)/.exec(readFileSync(status, 'utf8'))?.[1] ?? 0));
  }, LOOK_MS);
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
  clearInterval(looking);
  if (code !== 0) throw new Error(`${command} ended with ${code}`);
  return { seconds: (performance.now() - began) / 1000, mib: kib / 1024 };
}

function importing(log: string, ...args: string[]): Promise<Run> {
  const data = join(folder, 'data');
  rmSync(data, { recursive: true, force: true });
  const all = ['--disable-warning=ExperimentalWarning', program, 'import', '--site', 'example.com', ...args, log];
  return measure(process.execPath, all, { DATA: data });
}

const commands: Record<string, (log: string) => Promise<Run>> = {
  'wc -l': (log) => measure('wc', ['-l', log]),
  GoAccess: (log) =>
    measure('goaccess', [
      log,
      '--no-global-config',
      '--no-progress',
      '--log-format=COMBINED',
      '-o',
      join(folder, 'report.json'),
    ]),
  'footfall import --dry-run': (log) => importing(log, '--dry-run'),
  'footfall import': (log) => importing(log),
};

function needGoAccess(): void {
  if (spawnSync('goaccess', ['--version']).status === 0) return;
  if (process.getuid?.() === 0) spawnSync('apt-get', ['install', '-y', '-qq', 'goaccess'], { stdio: 'inherit' });
  if (spawnSync('goaccess', ['--version']).status === 0) return;
  console.error('GoAccess is missing: install it (Debian, Ubuntu: apt install goaccess).');
  process.exit(1);
}

const { values } = parseArgs({
  options: { lines: { type: 'string', default: '1000000' }, rounds: { type: 'string', default: '3' } },
});
const lines = Number(values.lines);

needGoAccess();
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true, mode: 0o700 });
try {
  const log = await writeLog(lines);
  const runs = new Map<string, Run[]>(Object.keys(commands).map((name) => [name, []]));
  for (let round = 1; round <= Number(values.rounds); round++) {
    for (const [name, run] of Object.entries(commands)) {
      const one = await run(log);
      runs.get(name)?.push(one);
      console.error(`round ${round}, ${name}: ${one.seconds.toFixed(2)} s`);
    }
  }
  const longer = await importing(await writeLog(lines * LONGER));
  const rateOf = (run: Run): number => lines / run.seconds;
  const reference = runs.get('GoAccess') ?? [];
  const table: Table = {
    title: `A log of ${shown(lines)} lines`,
    head: ['', 'seconds', 'lines/s', 'beside GoAccess', 'MiB at most'],
    rows: [...runs].map(([name, each]) => [
      name,
      shown(spreadOf(each.map(({ seconds }) => seconds)).median),
      shown(spreadOf(each.map(rateOf)).median),
      shownSpread(spreadOf(each.map((run, n) => rateOf(run) / rateOf(reference[n] ?? run)))),
      shown(Math.max(...each.map(({ mib }) => mib))),
    ]),
    note: `A log of ${shown(lines * LONGER)} lines: ${shown(longer.seconds)} s, ${shown(longer.mib)} MiB at most.`,
  };
  console.log(asText([table]));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
