/**
 * Runs the contract suite of the SQLite store, or the simulation, without a test framework, and prints what failed:
 * `node e2e/mutant-run.ts store`, `node e2e/mutant-run.ts simulation 200`. `mutants.test.ts` runs it in copies of the
 * sources out of which a rule was cut.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { argv } from 'node:process';
import { sqliteStore } from '../adapters/sqlite/store.ts';
import { messageOf } from '../core/errors.ts';
import { storeContract } from '../core/store.contract.ts';
import { simulate } from '../worker/simulation/simulation.ts';

/** What a run prints, as JSON. */
export interface MutantRun {
  passed: number;
  /** Names, or seeds, with the first line of the error. */
  failed: string[];
}

const tasks = argv[2] === 'store' ? storeTasks() : simulationTasks(Number(argv[3]));
console.log(JSON.stringify(await runAll(tasks)));

type Task = [name: string, run: () => Promise<unknown>];

function storeTasks(): Task[] {
  return storeContract.map(({ name, run }) => [
    name,
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'footfall-mutant-'));
      try {
        await run({ open: () => sqliteStore({ folder, thread: false }) });
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  ]);
}

function simulationTasks(seeds: number): Task[] {
  return Array.from({ length: seeds }, (_, n) => [`seed ${n + 1}`, () => simulate(n + 1)]);
}

async function runAll(all: Task[]): Promise<MutantRun> {
  const result: MutantRun = { passed: 0, failed: [] };
  for (const [name, run] of all) {
    try {
      await run();
      result.passed += 1;
    } catch (error) {
      result.failed.push(`${name}: ${messageOf(error).split('\n', 1)[0]}`);
    }
  }
  return result;
}
