import type { EngineName, Tab } from '../behaviour.ts';

/** A window of its own. */
export interface Window {
  /** Opens a tab in front of the others; resolves when it has loaded. */
  open(url: string): Promise<Tab>;
  openBehind(url: string): Promise<Tab>;
  /** Closes all tabs, or leaves their pages for an empty one, which the next page is opened in: a new tab costs a process. */
  clear(): Promise<void>;
}

export interface Browser {
  version: string;
  /** Where it keeps what it has on the device. */
  profile: string;
  /** @param isKept whether what its pages keep goes to the disk, where a browser that starts anew finds it */
  window(isKept?: boolean): Promise<Window>;
  /** SIGKILL. What was on its disk stays there until the next one that is started on it ends. */
  kill(): Promise<void>;
  end(): Promise<void>;
}

/** How a browser is found, started and driven. */
export interface Engine {
  name: EngineName;
  /** How it is driven, for the document. */
  driver: string;
  /** Windows that can be used at once. */
  lanes: number;
  /** Whether each of them has the focus; else the last one has it. */
  sharesFocus: boolean;
  /** Makes sure that it is there; answers why it is not. */
  missing(): string | undefined;
  /** @param profile where it keeps what it has on the device; new if undefined, and gone when it ends */
  start(profile?: string): Promise<Browser>;
}
