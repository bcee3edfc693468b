import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Go } from './address.ts';
import type { Client, Realtime, Setup, SiteInfo } from './client.ts';
import type { State } from './state.ts';

/** What every part of the page may need. */
export interface App {
  client: Client;
  state: State;
  go: Go;
  sites: SiteInfo[];
  setup: Setup | undefined;
  /** Looks for new sites, and for removed ones. */
  reloadSites(): Promise<void>;
  /** Counts up when there is something new: ask again. */
  tick: number;
  /** The last minutes; undefined until it is known. */
  live: Realtime | undefined;
}

export const AppContext = createContext<App | undefined>(undefined);

export function useApp(): App {
  const app = useContext(AppContext);
  if (!app) throw new Error('outside of the app');
  return app;
}

/** The id under which the sample data is. */
export const SAMPLE_SITE = 'sample';
