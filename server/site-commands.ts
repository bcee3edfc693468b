import { messageOf } from '../core/errors.ts';
import type { Store } from '../core/ports.ts';
import { readSettings } from '../core/site-settings.ts';
import type { SiteSettings } from '../core/site-settings.ts';
import { plainSite } from '../reporting/administration.ts';
import type { Config } from './config.ts';
import { addSite, changeSite, listSites, replaceKey } from './sites.ts';
import { withStore } from './with-store.ts';

/** A command about sites, as it was called. */
export interface SiteCall {
  config: Config;
  id: string;
  /** Those that were given, as they were. */
  settings: SiteSettings;
}

type SiteCommand = (call: SiteCall) => Promise<number>;

const one = { type: 'string' } as const;
const many = { type: 'string', multiple: true } as const;

/** The options of these commands, for `parseArgs`. */
export const siteOptions = {
  zone: one,
  hostname: many,
  gpc: one,
  'visitor-life': one,
  'keep-events-days': one,
  'keep-visits-days': one,
  automation: one,
  masking: one,
  'query-param': many,
  'exclude-address': many,
  'exclude-country': many,
  'exclude-path': many,
};

/** The site's settings by the options that name them. */
const settingOf: Record<keyof typeof siteOptions, keyof SiteSettings> = {
  zone: 'zone',
  hostname: 'hostnames',
  gpc: 'gpc',
  'visitor-life': 'visitor_life',
  'keep-events-days': 'keep_events_days',
  'keep-visits-days': 'keep_visits_days',
  automation: 'automation',
  masking: 'masking',
  'query-param': 'query_params',
  'exclude-address': 'excluded_addresses',
  'exclude-country': 'excluded_countries',
  'exclude-path': 'excluded_paths',
};

/** The settings that are given among the options. What they are is looked at where they are used. */
export function settingsOf(values: Record<string, unknown>): SiteSettings {
  const given = Object.entries(settingOf).filter(([option]) => values[option] !== undefined);
  return Object.fromEntries(
    given.map(([option, setting]) => {
      const value = values[option];
      if (Array.isArray(value)) return [setting, value.filter(Boolean)];
      return [setting, setting.endsWith('_days') && /^\d+$/.test(String(value)) ? Number(value) : value];
    }),
  );
}

/** Whether a command takes the id of a site. */
export function takesSite(command: string): boolean {
  return ['site add', 'site set', 'site key'].includes(command);
}

/**
 * The commands about sites, by their names.
 *
 * @param misuse tells what is wrong with a call, and answers the exit code of that
 */
export function siteCommands(misuse: (message: string) => number): Record<string, SiteCommand> {
  return {
    'site add': (call) =>
      onSite(call, 'site add', { mayMake: true }, async ({ documents }, { id, settings }) => {
        const key = await addSite(documents, id, settings);
        if (key) print(`Made ${id}. The key for its servers, shown only this once:\n\n  ${key}\n`);
        else print(`${id} is there already.`);
        return 0;
      }),
    'site set': (call) =>
      onSite(call, 'site set', {}, async ({ documents }, { id, settings }) => {
        const site = await changeSite(documents, id, settings);
        if (!site) return misuse(`site set takes the id of a site that is there, not "${id}"`);
        print(JSON.stringify(plainSite(site)));
        return 0;
      }),
    'site list': ({ config }) =>
      withStore(config, async ({ documents }) => {
        for (const { id, zone, hostnames } of await listSites(documents))
          print([id, zone, ...(hostnames ?? [])].join('  '));
        return 0;
      }),
    'site key': ({ config, id }) =>
      withStore(config, async ({ documents }) => {
        const key = await replaceKey(documents, id);
        if (!key) return misuse(`site key takes the id of a site that is there, not "${id}"`);
        print(`The new key for the servers of ${id}, shown only this once:\n\n  ${key}\n`);
        return 0;
      }),
  };

  /** Looks at the site's id and settings before any data is touched. */
  async function onSite(
    call: SiteCall,
    name: string,
    options: { mayMake?: boolean },
    work: (store: Store, call: SiteCall) => Promise<number>,
  ): Promise<number> {
    if (!call.id) return misuse(`${name} takes the id of the site`);
    try {
      readSettings(call.settings);
    } catch (error) {
      return misuse(messageOf(error));
    }
    return withStore(call.config, (store) => work(store, call), options);
  }
}

const print = (line: string): void => console.log(line);
