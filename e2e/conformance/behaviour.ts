import type { Counted } from './counted.ts';
import type { Road } from './road.ts';
import type { Feature, PageOptions, Tracker } from './trackers/tracker.ts';

/** The engines in which the behaviours are tried. */
export const engineNames = ['chromium', 'firefox', 'webkit'] as const;
export type EngineName = (typeof engineNames)[number];

/** What the behaviours are about, in the order of the document. */
export const groups = {
  pages: 'Pages',
  moves: 'Moves within the page',
  options: 'Options',
  events: 'Events',
  delivery: 'Delivery',
  outbox: 'Outbox on the device',
  engagement: 'Engagement',
  clicks: 'Clicks and forms',
  privacy: 'Privacy',
  hostile: 'Hostile pages',
} as const;
export type Group = keyof typeof groups;

/** A page of a behaviour's site: it has the tracker, unless `bare`. */
export interface PageSpec {
  /** Of the tracker. */
  options?: PageOptions;
  title?: string;
  /** HTML in the head, before the tracker. */
  head?: string;
  body?: string;
  /** JavaScript that runs before all else. */
  before?: string;
  headers?: Record<string, string>;
  status?: number;
  bare?: boolean;
}

/** A page in a browser's tab. */
export interface Tab {
  /** What a function of this body returns, or its promise; it must be JSON. */
  run(body: string): Promise<unknown>;
  /** Resolves when it has loaded. */
  goto(url: string): Promise<void>;
  /** Clicks into the middle of what a JavaScript expression names, as a person does. */
  click(element: string, how?: { button?: 'middle' | 'right'; modifier?: 'Control' | 'Shift' }): Promise<void>;
  /** Presses a key where the focus is. */
  press(key: 'Enter'): Promise<void>;
  front(): Promise<void>;
  close(): Promise<void>;
}

/** What the steps of a behaviour work with: a site of its own, and the way from there to a collector. */
export interface Scene {
  tracker: Tracker;
  site: string;
  url(path: string, host?: string): string;
  serve(path: string, page: PageSpec): void;
  served(path: string): number;
  /** A page's address on the collector's own host. */
  collector(path: string): string;
  /** Opens a tab in front of this scene's others; resolves when page and tracker have loaded. */
  open(path?: string, how?: { host?: string; untracked?: boolean }): Promise<Tab>;
  /** Opens a tab behind the others. */
  openBehind(path?: string): Promise<Tab>;
  road: Road;
  /** Resolves when the collector has counted so many of that name. */
  arrived(name: string, count?: number): Promise<void>;
  /** What it has counted, by time; of a name, or all. */
  counted(name?: string): Counted[];
  /** Tracks an event and waits until it is counted: what happened before has been sent by then. */
  settle(tab: Tab): Promise<void>;
  /** Ends the collector by SIGKILL; resolves when another runs on the same data. Only of a behaviour with `own: 'collector'`. */
  killCollector(): Promise<void>;
  /** Ends the browser by SIGKILL, and starts it again with what it had on its disk. Only with `own: 'browser'`. */
  killBrowser(): Promise<void>;
}

/** One thing that a tracker must do, on a real page against a real collector. */
export interface Behaviour {
  /** Names its site, too. */
  id: string;
  group: Group;
  /** As a sentence. */
  name: string;
  /** What every path of the site serves, if the steps serve nothing else there. */
  page?: PageSpec;
  steps(scene: Scene): Promise<void>;
  /**
   * What is counted in the end, once each: how many by name, or of which paths by time. Other names must not be there at all, but
   * `engagement`, which may be told more than once, and `settled`, which the steps use. Without it the behaviour is about the page
   * alone, which must not notice.
   */
  counted?: Record<string, number | readonly string[]>;
  /** Looks at it more closely. Throws where something is wrong. */
  check?(scene: Scene): void;
  /** What a tracker must claim to do, for this to be asked of it. */
  needs?: readonly Feature[];
  /** What it disturbs, and gets to itself. */
  own?: 'collector' | 'browser';
  /** Needs its window to be the one in front, which some engines have only one of. */
  focus?: boolean;
}
