import { beforeAll, describe, expect, inject, test } from 'vitest';
import { groups } from './behaviour.ts';
import { cannot, whyNot } from './cannot.ts';
import { behaviours } from './catalogue.ts';
import type { Engine } from './engines/engine.ts';
import { runAll } from './runner.ts';
import type { Run } from './runner.ts';
import { footfallWorld } from './world.ts';

/** Of a whole run; a machine that is busy with other tests takes several times as long as one that is not. */
const RUN_MS_MAX = 550_000;

/**
 * Declares a test for each behaviour that an engine can show; all of them run at once, before the first.
 *
 * @param notNow why it is not even looked for
 */
export function conformance(engine: Engine, notNow?: string): void {
  const missing = notNow ?? engine.missing();
  const possible = behaviours.filter(({ id }) => whyNot(engine.name, id) === undefined);

  test(`${engine.name}: what is not run is said`, () => {
    const limits = cannot[engine.name].map(({ why, behaviours: ids }) => `${engine.name}, ${ids.join(', ')} (${why})`);
    for (const line of missing === undefined ? limits : [`${engine.name} (${missing})`])
      console.log(`not run: ${line}`);
    expect(behaviours.length - possible.length).toBe(cannot[engine.name].flatMap((one) => one.behaviours).length);
  });

  describe.runIf(missing === undefined)('in a real browser', () => {
    let run: Run;
    beforeAll(async () => {
      run = await runAll(possible, engine, footfallWorld(inject('program')));
    }, RUN_MS_MAX);

    test.each(possible.map(({ id, group, name }) => [`${groups[group]}: ${name}`, id]))('%s', (_name, id) => {
      const verdict = run.verdicts.get(id);
      expect(verdict).toBeDefined();
      if (verdict?.error) throw verdict.error;
    });
  });
}
