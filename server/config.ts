import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { z } from 'zod';
import { Unusable, messageOf } from '../core/errors.ts';
import { limits as defaults } from '../core/limits.ts';
import type { Limits } from '../core/limits.ts';
import { isSiteId } from '../core/site.ts';
import { siteSettingsSchema } from '../core/site-settings.ts';

/** All settings of a Footfall process. The only place that reads the environment; `docs/settings.md` explains each. */
export interface Config {
  /** Folder of all data. */
  data: string;
  collectorHost: string;
  collectorPort: number;
  reportingHost: string;
  reportingPort: number;
  /** Of a process that works and does not collect: its health and its numbers. */
  workerHost: string;
  workerPort: number;
  /** Where the machine outside a container lets others reach the collector, and the reporting. Elsewhere the hosts above. */
  collectorPublishedHost: string;
  reportingPublishedHost: string;
  /** What this process does. */
  roles: readonly Role[];
  /** Of the queue, `redis://…` or `kafka://…`; undefined: a file in the folder. */
  queueUrl: string | undefined;
  /** Of the store, `mongodb://…`; undefined: a file in the folder. */
  storeUrl: string | undefined;
  /** Partitions of a new data folder; undefined: what the folder has, or the default. */
  partitions: number | undefined;
  /** Those that the reporting follows. Undefined: all. */
  reportingPartitions: number[] | undefined;
  /** Addresses and ranges whose `X-Forwarded-For` is believed. */
  trustedProxies: string[];
  /** An MMDB file, or `none`. Undefined: the countries that come with Footfall. */
  placesFile: string | undefined;
  /** By which a trusted proxy tells a visitor's country. Undefined: none is believed. */
  countryHeader: string | undefined;
  /** The site of events that come to `/track` and name none. */
  defaultSite: string;
  /** Types of events that have a topic of their own in Kafka. */
  trackTypes: readonly string[];
  /** Sites that are made at the start if they are missing. */
  sites: SiteSetting[];
  /** Whether to end when the parent process does: npm does not pass on every signal to what it has started. */
  stopWithParent: boolean;
  /** Only those that are set. */
  limits: Partial<Limits>;
}

export const roles = ['collector', 'worker', 'reporting'] as const;
export type Role = (typeof roles)[number];

const SITE_ID = '1 to 64 letters, digits, ".", "_", ":" or "-"';

const siteSetting = siteSettingsSchema.extend({ id: z.string().refine(isSiteId, `must be ${SITE_ID}`) });
const sitesFile = z.object({ sites: z.array(siteSetting) });

export type SiteSetting = z.infer<typeof siteSetting>;

type Environment = Record<string, string | undefined>;

/** Names of all settings, with the defaults as text; what `docs/settings.md` must explain. */
export const settings: Record<string, string> = {
  DATA: './data',
  HOST: '127.0.0.1',
  PORT: '3001',
  REPORTING_HOST: '127.0.0.1',
  REPORTING_PORT: '3002',
  WORKER_HOST: '127.0.0.1',
  WORKER_PORT: '3003',
  PUBLISHED_HOST: '',
  REPORTING_PUBLISHED_HOST: '',
  ROLES: roles.join(','),
  QUEUE_URL: '',
  QUEUE_URL_FILE: '',
  STORE_URL: '',
  STORE_URL_FILE: '',
  PARTITIONS: '8',
  TRUSTED_PROXIES: '',
  PLACES_FILE: '',
  COUNTRY_HEADER: '',
  SITES_FILE: '',
  DEFAULT_SITE: 'default',
  REPORTING_PARTITIONS: '',
  TRACK_TYPES: 'page_view,signup',
  ...Object.fromEntries(Object.entries(defaults).map(([name, value]) => [settingOf(name), String(value)])),
};

/** `queueBytesMax` is set by `QUEUE_BYTES_MAX`. */
function settingOf(limit: string): string {
  return limit.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}

/**
 * The settings of an environment.
 *
 * @throws Unusable naming the setting, what it takes and what it has
 * @example
 * const config = readConfig(); // of this process
 */
export function readConfig(environment: Environment = process.env): Config {
  const text = (name: string): string => environment[name]?.trim() || settings[name] || '';
  return {
    data: resolve(text('DATA')),
    collectorHost: text('HOST'),
    collectorPort: number('PORT', text('PORT'), 0, 65_535),
    reportingHost: text('REPORTING_HOST'),
    reportingPort: number('REPORTING_PORT', text('REPORTING_PORT'), 0, 65_535),
    workerHost: text('WORKER_HOST'),
    workerPort: number('WORKER_PORT', text('WORKER_PORT'), 0, 65_535),
    collectorPublishedHost: text('PUBLISHED_HOST') || text('HOST'),
    reportingPublishedHost: text('REPORTING_PUBLISHED_HOST') || text('REPORTING_HOST'),
    roles: readRoles(text('ROLES')),
    queueUrl: urlOf('QUEUE_URL', text, ['redis:', 'rediss:', 'kafka:', 'kafkas:']),
    storeUrl: urlOf('STORE_URL', text, ['mongodb:', 'mongodb+srv:']),
    partitions: environment.PARTITIONS ? number('PARTITIONS', environment.PARTITIONS, 1, 1024) : undefined,
    reportingPartitions: text('REPORTING_PARTITIONS') ? readPartitions(text('REPORTING_PARTITIONS')) : undefined,
    trustedProxies: proxies(text('TRUSTED_PROXIES')),
    placesFile: placesFile(text('PLACES_FILE')),
    countryHeader: countryHeader(text('COUNTRY_HEADER'), text('TRUSTED_PROXIES')),
    defaultSite: siteId('DEFAULT_SITE', text('DEFAULT_SITE')),
    trackTypes: readTypes(text('TRACK_TYPES')),
    sites: text('SITES_FILE') ? readSites(text('SITES_FILE')) : [],
    stopWithParent: environment.npm_lifecycle_event !== undefined,
    limits: readLimits(environment),
  };
}

function readLimits(environment: Environment): Partial<Limits> {
  const limits: Partial<Limits> = {};
  for (const name of Object.keys(defaults) as (keyof Limits)[]) {
    const setting = settingOf(name);
    const value = environment[setting]?.trim();
    if (value) limits[name] = number(setting, value, 0, Number.MAX_SAFE_INTEGER);
  }
  return limits;
}

function number(setting: string, value: string, min: number, max: number): number {
  const parsed = Number(value);
  if (/^\d+$/.test(value) && parsed >= min && parsed <= max) return parsed;
  throw new Unusable(`${setting} takes a whole number from ${min} to ${max}, not "${value}".`);
}

function readRoles(list: string): Role[] {
  const asked = list.split(',').map((role) => role.trim());
  const wrong = asked.find((role) => !(roles as readonly string[]).includes(role));
  if (wrong === undefined) return roles.filter((role) => asked.includes(role));
  throw new Unusable(`ROLES takes some of ${roles.join(', ')}, separated by commas, not "${wrong}".`);
}

/** `0-3,8` */
function readPartitions(list: string): number[] {
  const found = list.split(',').flatMap((part) => {
    const [, from, to = from] = /^\s*(\d{1,4})(?:-(\d{1,4}))?\s*$/.exec(part) ?? [];
    const count = Number(to) - Number(from) + 1;
    if (count > 0) return Array.from({ length: count }, (_, n) => Number(from) + n);
    throw new Unusable(`REPORTING_PARTITIONS takes partitions such as 0-3,8, not "${list}".`);
  });
  return [...new Set(found)];
}

/** Each is the end of a topic's name. */
function readTypes(list: string): string[] {
  const types = list.split(',').map((type) => type.trim());
  const wrong = types.find((type) => !/^[\w.-]{1,200}$/.test(type));
  if (wrong === undefined) return types;
  throw new Unusable(
    `TRACK_TYPES takes names of letters, digits, ".", "_" and "-", separated by commas, not "${wrong}".`,
  );
}

/** The setting's value, or what stands in the file that `<setting>_FILE` names. It may hold a password, and is not told. */
function urlOf(setting: string, text: (name: string) => string, schemes: string[]): string | undefined {
  const file = text(`${setting}_FILE`);
  if (file && text(setting)) throw new Unusable(`${setting} and ${setting}_FILE are both set: set one of them.`);
  const value = file ? readText(`${setting}_FILE`, file) : text(setting);
  if (value === '' && !file) return undefined;
  if (schemes.some((scheme) => value.startsWith(`${scheme}//`))) return value;
  const what = `an address that begins with ${schemes.map((scheme) => `${scheme}//`).join(' or ')}`;
  throw new Unusable(file ? `${setting}_FILE ${file} must hold ${what}.` : `${setting} takes ${what}.`);
}

function readText(setting: string, file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new Unusable(`${setting} ${file}: ${messageOf(error)}.`, { cause: error });
  }
}

function siteId(setting: string, id: string): string {
  if (isSiteId(id)) return id;
  throw new Unusable(`${setting} takes the id of a site, ${SITE_ID}, not "${id}".`);
}

function proxies(list: string): string[] {
  const ranges = list.split(',').map((range) => range.trim());
  return ranges.filter((range) => {
    const [address = '', bits = '0', ...rest] = range.split('/');
    const bitsMax = isIP(address) === 6 ? 128 : 32;
    if (range === '') return false;
    if (isIP(address) && /^\d{1,3}$/.test(bits) && Number(bits) <= bitsMax && rest.length === 0) return true;
    throw new Unusable(
      `TRUSTED_PROXIES takes addresses and ranges such as 10.0.0.0/8, separated by commas, not "${range}".`,
    );
  });
}

/** Whether it can be used, the collector finds out that reads it. */
function placesFile(file: string): string | undefined {
  if (file === '') return undefined;
  return file === 'none' ? file : resolve(file);
}

function countryHeader(name: string, trusted: string): string | undefined {
  if (name === '') return undefined;
  if (!/^[\w-]{1,100}$/.test(name)) throw new Unusable(`COUNTRY_HEADER takes a header's name, not "${name}".`);
  if (trusted !== '') return name;
  throw new Unusable(`COUNTRY_HEADER is believed of trusted proxies only: set TRUSTED_PROXIES to what sends ${name}.`);
}

function readSites(file: string): SiteSetting[] {
  try {
    return sitesFile.parse(JSON.parse(readFileSync(file, 'utf8'))).sites;
  } catch (error) {
    const reason =
      error instanceof z.ZodError
        ? error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`).join('; ')
        : messageOf(error);
    throw new Unusable(
      `SITES_FILE ${file}: ${reason}. It takes {"sites": [{"id": "example.com", "zone": "Europe/Berlin"}]}.`,
      { cause: error },
    );
  }
}

/** Whether only this machine can reach a listener on `host`. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}
