import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { MutantRun } from './mutant-run.ts';

/**
 * The two barriers and the merge rule are cut out, one at a time, of a copy of the sources. Whoever cuts them must hear of
 * it: from the store's contract suite, and from the simulation.
 */

const root = fileURLToPath(new URL('..', import.meta.url));
const SEEDS = 150;

interface Edit {
  file: string;
  /** Must be there exactly once. */
  cut: string;
  put: string;
}

/** What is cut from the SQLite store and from the simulation's own store, or from what both use. */
const mutants: { name: string; edits: Edit[] }[] = [
  {
    name: 'the compare-and-set',
    edits: [
      {
        file: 'adapters/sqlite/positions.ts',
        cut: 'WHERE partition = ? AND incarnation = ? AND offset = ? AND version = ?',
        put: 'WHERE partition = ? AND coalesce(?, ?, ?) IS NOT NULL',
      },
      {
        file: 'worker/simulation/memory-store.ts',
        cut: 'if (!isAt(partition, batch.from)) return { fenced: true };',
        put: '',
      },
    ],
  },
  {
    name: 'the id check',
    edits: [
      {
        file: 'adapters/sqlite/seen.ts',
        cut: `if (!known && newer?.add.run(site, id, content).changes === 1) return 'new';`,
        put: `newer?.add.run(site, id, content);
      if (id.length > 0) return 'new';`,
      },
      { file: 'worker/simulation/memory-partition.ts', cut: 'if (known) {', put: `if (known && key === '') {` },
    ],
  },
  {
    name: 'the joining of events to visits',
    edits: [
      {
        file: 'core/visits.ts',
        cut: 'if (grown && part.start - grown.end <= VISIT_GAP_MS) {',
        put: 'if (grown && part.start - grown.end < 0) {',
      },
    ],
  },
  {
    name: 'the joining of visits by a bridge',
    edits: [
      {
        file: 'core/visits.ts',
        cut: 'if (grown && part.start - grown.end <= VISIT_GAP_MS) {',
        put: 'if (grown && part.start - grown.end <= VISIT_GAP_MS && part.views.length + part.events.length === 1) {',
      },
    ],
  },
];

/** What keeps an imported file from counting twice once its events' ids are forgotten; the simulation imports none. */
const importMutants: { name: string; edits: Edit[] }[] = [
  {
    name: 'the position',
    edits: [{ file: 'core/import.ts', cut: ' && imported.position === part.from', put: '' }],
  },
  { name: 'the claim', edits: [{ file: 'core/import.ts', cut: 'imported.run === part.run && ', put: '' }] },
];

/** A copy of the sources, with the edits, and the packages of the original. */
function copyOf(edits: Edit[]): string {
  const copy = mkdtempSync(join(tmpdir(), 'footfall-mutants-'));
  const isSource = (path: string): boolean => !path.endsWith('.test.ts') && !path.includes('node_modules');
  for (const path of ['package.json', 'sdk/src', 'core', 'worker', 'adapters/sqlite', 'e2e/mutant-run.ts']) {
    cpSync(join(root, path), join(copy, path), { recursive: true, filter: isSource });
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'junction');
  for (const { file, cut, put } of edits) {
    const source = readFileSync(join(copy, file), 'utf8');
    expect(source.split(cut), `${file} has "${cut}" once`).toHaveLength(2);
    writeFileSync(
      join(copy, file),
      source.replace(cut, () => put),
    );
  }
  return copy;
}

/** Runs both suites in a copy, each in a process of its own. */
async function runBoth(edits: Edit[]): Promise<[store: MutantRun, simulation: MutantRun]> {
  const copy = copyOf(edits);
  try {
    return [await run(copy, 'store'), await run(copy, 'simulation', String(SEEDS))];
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

async function run(copy: string, ...args: string[]): Promise<MutantRun> {
  const { stdout } = await promisify(execFile)(process.execPath, ['e2e/mutant-run.ts', ...args], { cwd: copy });
  return JSON.parse(stdout) as MutantRun;
}

describe('what happens when a rule is cut out', () => {
  test('nothing, when nothing is', async () => {
    const [store, simulation] = await runBoth([]);
    expect(store.failed).toEqual([]);
    expect(store.passed).toBeGreaterThan(50);
    expect(simulation).toEqual({ passed: SEEDS, failed: [] });
  });

  test.each(mutants)("without $name the store's contract and the simulation fail", async ({ edits }) => {
    const [store, simulation] = await runBoth(edits);
    expect(store.failed.length).toBeGreaterThan(1);
    // What has nothing to do with the rule still works: it was the rule that failed, not the copy.
    expect(store.passed).toBeGreaterThan(store.failed.length);
    expect(simulation.failed.length).toBeGreaterThan(SEEDS / 10);
  });

  test.each(importMutants)("without $name of imported files the store's contract fails", async ({ edits }) => {
    const copy = copyOf(edits);
    const { passed, failed } = await run(copy, 'store').finally(() => rmSync(copy, { recursive: true, force: true }));
    expect(failed.length).toBeGreaterThan(1);
    expect(passed).toBeGreaterThan(failed.length);
  });
});
