import crawlers from 'crawler-user-agents';
import topAgents from 'top-user-agents';
import UserAgent from 'user-agents';
import type { Agent, ReadAgent } from '../agent.ts';
import { labelled } from './labelled.reference.ts';
import type { Labelled } from './labelled.reference.ts';

/**
 * How well names and bots are told, on real user agents. Nothing here is judged by a parser: `labelled` was written by hand,
 * and the visits of `user-agents` bring the class of device and what the browser's own script called its platform.
 */
export interface Figures {
  /** Different user agents of browsers, and those of them that were taken for bots. */
  browsers: number;
  flagged: string[];
  /** User agents of bots, and those of them that were taken for browsers. */
  bots: number;
  missed: string[];
  /** Of the mainstream: browser, system and device right, and the versions as well. */
  mainstream: number;
  named: number;
  namedWithVersions: number;
  /** Visits of `user-agents`, and in how many the device is right. */
  visits: number;
  devices: number;
  /** Those of them that tell their true platform, and in how many the system is right. */
  honest: number;
  systems: number;
}

/** A visit as `user-agents` has it. Its types leave the device out. */
interface Visit {
  userAgent: string;
  deviceCategory: string;
  /** `navigator.platform`. */
  platform: string;
}

const VISITS = 10_000;

/** Which systems a browser on that platform (its first word) may have. */
const SYSTEMS: Record<string, readonly string[]> = {
  Win32: ['Windows'],
  MacIntel: ['macOS'],
  iPhone: ['iOS'],
  iPad: ['iOS'],
  Linux: ['Android', 'Linux', 'ChromeOS'],
};

/** Where most of those run that only play an iPhone or a Pixel. */
const PRETENDERS = 'Linux x86_64';

export function figuresOf(read: ReadAgent): Figures {
  const visits = UserAgent.top(VISITS) as unknown as Visit[];
  const honest = visits.filter(({ platform }) => platform !== PRETENDERS);
  const rows = labelled().map((row) => ({ row, agent: read(row.userAgent) }));
  const browsers = browserAgents();
  const bots = botAgents();
  return {
    browsers: browsers.length,
    flagged: browsers.filter((userAgent) => read(userAgent).bot),
    bots: bots.length,
    missed: bots.filter((userAgent) => !read(userAgent).bot),
    mainstream: rows.length,
    named: rows.filter(({ row, agent }) => isNamed(row, agent)).length,
    namedWithVersions: rows.filter(({ row, agent }) => isNamed(row, agent) && hasVersions(row, agent)).length,
    visits: visits.length,
    devices: visits.filter((visit) => read(visit.userAgent).context.device === visit.deviceCategory).length,
    honest: honest.length,
    systems: honest.filter((visit) => systemsOf(visit).includes(read(visit.userAgent).context.os ?? '')).length,
  };
}

/** Different user agents of today's browsers. */
export function browserAgents(): string[] {
  const visits = UserAgent.top(VISITS).map(({ userAgent }) => userAgent);
  return [...new Set([...visits, ...topAgents, ...labelled().map(({ userAgent }) => userAgent)])];
}

/** Different user agents of bots. */
export function botAgents(): string[] {
  return [...new Set(crawlers.flatMap(({ instances }) => instances))];
}

/** Those that their list calls AI crawlers. Its types leave the tags out. */
export function aiAgents(): string[] {
  const tagged = crawlers as { instances: string[]; tags?: string[] }[];
  return tagged.filter(({ tags }) => tags?.includes('ai-crawler')).flatMap(({ instances }) => instances);
}

function systemsOf({ platform }: Visit): readonly string[] {
  return SYSTEMS[platform.split(' ', 1)[0] ?? ''] ?? [];
}

function isNamed(row: Labelled, { context }: Agent): boolean {
  return context.browser === row.browser && context.os === row.os && context.device === row.device;
}

function hasVersions(row: Labelled, { context }: Agent): boolean {
  return context.browser_version === row.browserVersion && context.os_version === row.osVersion;
}
