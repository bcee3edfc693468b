import { isDeepStrictEqual } from 'node:util';
import { until } from '../support/until.ts';
import type { Behaviour } from './behaviour.ts';
import type { Engine, Window } from './engines/engine.ts';
import { setScene } from './scene.ts';
import type { SetScene } from './scene.ts';
import type { WorldMaker } from './world.ts';

const COUNTED_MS_MAX = 20_000;

/** What became of a behaviour: `error` is what was wrong, if anything was. */
export interface Verdict {
  error?: Error;
  ms: number;
}

export interface Run {
  /** Of the browser. */
  version: string;
  verdicts: Map<string, Verdict>;
}

/** Runs behaviours in an engine, several at once; answers for each whether it is kept to. */
export async function runAll(behaviours: readonly Behaviour[], engine: Engine, makeWorld: WorldMaker): Promise<Run> {
  const verdicts = new Map<string, Verdict>();
  const sets: { behaviour: Behaviour; set: SetScene }[] = [];
  const [browser, world] = await Promise.all([engine.start(), makeWorld(behaviours)]);

  async function one(behaviour: Behaviour, lane: Window): Promise<void> {
    const since = performance.now();
    const verdict: Verdict = { ms: 0 };
    verdicts.set(behaviour.id, verdict);
    try {
      const stage = await world.stageOf(behaviour);
      await withWindow(behaviour, engine, lane, async (window, killBrowser) => {
        const set = await setScene(behaviour, { ...stage, window, killBrowser });
        sets.push({ behaviour, set });
        await play(behaviour, set);
      });
    } catch (error) {
      verdict.error = error instanceof Error ? error : new Error(String(error));
    }
    verdict.ms = performance.now() - since;
  }

  try {
    const isAlone = ({ focus }: Behaviour): boolean => focus === true && !engine.sharesFocus;
    const first = await browser.window();
    for (const behaviour of behaviours.filter(isAlone)) await one(behaviour, first);
    const others = behaviours.filter((behaviour) => !isAlone(behaviour) && behaviour.own !== 'collector');
    const killing = behaviours.filter(({ own }) => own === 'collector');
    // What takes long begins first; what kills the collector goes one after the other.
    others.sort((a, b) => Number(b.own !== undefined) - Number(a.own !== undefined));
    await Promise.all(
      Array.from({ length: engine.lanes }, async (_, lane) => {
        const window = lane === 0 ? first : await browser.window();
        if (lane === 0) for (const behaviour of killing) await one(behaviour, window);
        for (let next = others.shift(); next; next = others.shift()) await one(next, window);
      }),
    );
    await world.drained();
    // What came too late, or twice, is there by now.
    for (const { behaviour, set } of sets) {
      const verdict = verdicts.get(behaviour.id);
      const wrong = differences(behaviour, set);
      if (verdict && wrong) verdict.error ??= new Error(wrong);
    }
  } finally {
    for (const { set } of sets) await set.close();
    await Promise.all([browser.end(), world.end()]);
  }
  return { version: browser.version, verdicts };
}

/** Gives it the lane's window, or a browser of its own that may be killed. */
async function withWindow(
  { own }: Behaviour,
  engine: Engine,
  lane: Window,
  work: (window: Window, kill: () => Promise<Window>) => Promise<void>,
): Promise<void> {
  if (own !== 'browser') {
    return work(lane, () => Promise.reject(new Error("it kills the browser, and does not say own: 'browser'")));
  }
  let browser = await engine.start();
  try {
    await work(await browser.window(true), async () => {
      await browser.kill();
      browser = await engine.start(browser.profile);
      return browser.window(true);
    });
  } finally {
    await browser.end();
  }
}

/** Does the steps, leaves the pages, and waits until all is counted that should be. */
async function play(behaviour: Behaviour, { scene, leave, answered }: SetScene): Promise<void> {
  try {
    await behaviour.steps(scene);
  } finally {
    await leave();
  }
  await answered();
  const isThere = (): boolean =>
    Object.entries(behaviour.counted ?? {}).every(([name, what]) => scene.counted(name).length >= countOf(what));
  await until('the rest to be counted', isThere, COUNTED_MS_MAX).catch(() => {});
  const wrong = differences(behaviour, { scene });
  if (wrong) throw new Error(wrong);
  behaviour.check?.(scene);
}

const countOf = (what: number | readonly string[]): number => (typeof what === 'number' ? what : what.length);

/** In which what is counted differs from what should be; undefined: in nothing. */
function differences({ counted }: Behaviour, { scene }: Pick<SetScene, 'scene'>): string | undefined {
  if (!counted) return undefined;
  const ignored = ['settled', ...('engagement' in counted ? [] : ['engagement'])];
  const found: Record<string, number | string[]> = {};
  for (const { name, path } of scene.counted()) {
    if (ignored.includes(name)) continue;
    const asked = counted[name];
    if (Array.isArray(asked)) found[name] = [...((found[name] as string[] | undefined) ?? []), path];
    else found[name] = ((found[name] as number | undefined) ?? 0) + 1;
  }
  const expected = Object.fromEntries(Object.entries(counted).filter(([, what]) => countOf(what) > 0));
  if (isDeepStrictEqual(found, expected)) return undefined;
  return `counted ${JSON.stringify(found)} and not ${JSON.stringify(expected)}`;
}
