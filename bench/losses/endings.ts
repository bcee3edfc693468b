import { setTimeout as pause } from 'node:timers/promises';
import type { Random } from '../../core/sample.contract.ts';
import type { Road } from '../../e2e/conformance/road.ts';
import type { Counter } from './trackers.ts';
import type { Visit } from './visit.ts';

/** Where visits happen. */
export interface Stage {
  road: Road;
  counter: Counter;
  /** SIGKILL of the browser with all its pages. */
  killBrowser(): Promise<void>;
}

/** Begins while the pages live; answers what ends it. */
type Trouble = (stage: Stage) => () => Promise<void>;

/** How visits end, and what befalls them before. */
export interface Ending {
  name: string;
  trouble?: Trouble;
  /** Whether the trouble ends only after the visit. */
  isTroubledToTheEnd?: boolean;
  /** Ends one visit, directly after its last event. */
  end?: (visit: Visit, random: Random) => Promise<void>;
  /** Ends all visits at once. */
  endAll?: (stage: Stage) => Promise<void>;
}

const close: Ending['end'] = ({ page }) => page.close();

/** ms between what happens to a page and what ends it. */
const AWAY_MS = 700;

async function navigate({ page }: Visit): Promise<void> {
  await page.evaluate(`document.querySelector('a').click()`);
  await page.until(`location.pathname === '/away' && document.readyState === 'complete'`);
  await pause(AWAY_MS);
  await page.close();
}

async function reload(visit: Visit, random: Random): Promise<void> {
  await visit.page.evaluate('window.isOld = true; location.reload()');
  await visit.loaded();
  await pause(random.below(AWAY_MS));
  await visit.step();
  await visit.page.close();
}

async function hide({ page }: Visit, random: Random): Promise<void> {
  await page.hide();
  await pause(300 + random.below(AWAY_MS));
  if (random.chance(0.5)) page.discard();
  else await page.close();
}

const network: Trouble = ({ road }) => {
  const cut = road.cut();
  return async () => {
    await cut;
    await road.mend();
  };
};

const killing: Trouble = ({ counter }) => {
  const killed = counter.kill();
  return () => killed;
};

const obstructing =
  (obstacle: Road['obstacle']): Trouble =>
  ({ road }) => {
    road.obstacle = obstacle;
    return async () => {
      road.obstacle = () => undefined;
    };
  };

export const endings: Ending[] = [
  { name: 'tab closed', end: close },
  { name: 'browser killed (SIGKILL)', endAll: (stage) => stage.killBrowser() },
  { name: 'away by a link', end: navigate },
  { name: 'reloaded, then closed', end: reload },
  { name: 'hidden, then discarded or closed', end: hide },
  { name: 'network lost and back, then closed', trouble: network, end: close },
  { name: 'network lost, closed without it', trouble: network, isTroubledToTheEnd: true, end: close },
  { name: 'collector killed and back, then closed', trouble: killing, end: close },
  {
    name: 'every other answer lost, then closed',
    trouble: obstructing((nth) => (nth % 2 ? { status: 0, delivers: true } : undefined)),
    isTroubledToTheEnd: true,
    end: close,
  },
  { name: '503 for a while, then closed', trouble: obstructing(() => ({ status: 503 })), end: close },
];
