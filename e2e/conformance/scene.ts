import { until } from '../support/until.ts';
import type { Behaviour, PageSpec, Scene, Tab } from './behaviour.ts';
import type { Counted } from './counted.ts';
import type { Window } from './engines/engine.ts';
import { buildRoad } from './road.ts';
import type { Collector, Passed } from './road.ts';
import { serveSite } from './site.ts';
import type { Served } from './site.ts';
import type { Tracker } from './trackers/tracker.ts';

const ANSWER_MS_MAX = 40_000;

/** What a scene is set with. */
export interface Stage {
  tracker: Tracker;
  site: string;
  /** Where the road leads. */
  collector: Collector;
  /** What is counted of this scene, given what has passed. */
  counted(scene: Scene): Counted[];
  window: Window;
  /** How long something may take to arrive. */
  patienceMs: number;
  killCollector(): Promise<void>;
  killBrowser(): Promise<Window>;
}

/** A scene that is set. */
export interface SetScene {
  scene: Scene;
  /** Closes its tabs. */
  leave(): Promise<void>;
  /** Resolves when everything on the road is answered. */
  answered(): Promise<void>;
  /** Takes road and site away. */
  close(): Promise<void>;
}

/** Sets the scene of a behaviour. */
export async function setScene({ page = {} }: Behaviour, stage: Stage): Promise<SetScene> {
  const { tracker, site: name } = stage;
  const road = await buildRoad(stage.collector, tracker.isDoor);
  const pages = new Map<string, PageSpec>();
  const files = tracker.files();
  const site = await serveSite((path) => files[path] ?? served(pages.get(path) ?? page));
  let { window } = stage;

  function served(spec: PageSpec): Served {
    const { options = {}, headers = {}, status = 200, bare } = spec;
    const head = bare ? '' : tracker.head({ collector: road.address, site: name, options });
    return { body: html(spec, head).replaceAll('TAGGED', tracker.tagged('signup', 'pro')), status, headers };
  }
  const url = (path: string, host = 'localhost'): string => `http://${host}:${site.port}${path}`;
  const counted = (only?: string): Counted[] =>
    stage
      .counted(scene)
      .filter((one) => only === undefined || one.name === only)
      .sort((a, b) => a.clock - b.clock || ((a.id ?? '') < (b.id ?? '') ? -1 : 1));

  async function opened(tab: Tab, untracked = false): Promise<Tab> {
    if (untracked) return tab;
    await until('the tracker', () => tab.run(`return typeof window.track === 'function'`) as Promise<boolean>, 10_000);
    return tab;
  }

  const scene: Scene = {
    tracker,
    site: name,
    url,
    serve: (path, spec) => void pages.set(path, spec),
    served: (path) => site.served(path),
    collector: (path) => road.address + path,
    open: async (path = '/', { host, untracked } = {}) => opened(await window.open(url(path, host)), untracked),
    openBehind: async (path = '/') => opened(await window.openBehind(url(path))),
    road,
    arrived: async (what, count = 1) => {
      const isThere = (): boolean => counted(what).length >= count;
      await until(`${count} ${what} to be counted`, isThere, stage.patienceMs).catch((error: unknown) => {
        throw new Error(`${counted(what).length} of ${count} ${what} counted; ${told(road.passed)}`, { cause: error });
      });
    },
    counted,
    async settle(tab) {
      const before = counted('settled').length;
      await tab.run(`track('settled')`);
      await scene.arrived('settled', before + 1);
    },
    killCollector: stage.killCollector,
    async killBrowser() {
      window = await stage.killBrowser();
    },
  };
  return {
    scene,
    leave: () => window.clear(),
    async answered() {
      await until('all answers', () => road.passed.every(({ status }) => status !== undefined), ANSWER_MS_MAX);
    },
    async close() {
      await Promise.all([road.close(), site.close()]);
    },
  };
}

const TOLD_MAX = 20;

/** What was asked at the door, in short. */
function told(passed: readonly Passed[]): string {
  return passed
    .slice(0, TOLD_MAX)
    .map(({ method, body, status }) => `${method} of ${body.length} characters: ${status}`)
    .join(', ');
}

/** Keeps what goes wrong in the page, for the steps to look at. */
const WATCH = `window.errors = [];
  addEventListener('error', (event) => errors.push(event.message));
  addEventListener('unhandledrejection', (event) => errors.push('rejected: ' + event.reason));
  addEventListener('securitypolicyviolation', (event) => errors.push(event.violatedDirective + ' ' + event.blockedURI));`;

function html({ title = 'Page', head = '', body = '', before = '' }: PageSpec, tracker: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title><link rel="icon" href="data:,">
    <script nonce="test">${WATCH}${before}</script>${head}${tracker}</head><body>${body}</body></html>`;
}
