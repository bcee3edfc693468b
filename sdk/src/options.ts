import type { Props } from './plain.ts';
import type { WireEvent } from './wire.ts';

/** What counting begins with. Each option is of no effect without its module. */
export interface Options {
  /** The site's id, as it was added. */
  site: string;
  /** Where events go, such as `https://stats.example.com/e`. */
  endpoint: string;
  /** Whether page views are counted by themselves, on load and on moves within the page. Default true. */
  auto?: boolean | undefined;
  /** The visitor's id in your own system, if you have one and may use it. */
  userId?: string | undefined;
  /**
   * What a browser with Global Privacy Control or Do Not Track means: `count` (default) sends without `userId` and keeps nothing on the
   * device; `drop` sends nothing; `ignore` makes no difference. The site's own setting may be stricter.
   */
  gpc?: 'count' | 'drop' | 'ignore' | undefined;
  /**
   * Where events wait that are not known to have arrived: in the page's `memory` (default), or on the device (`local`), where the
   * next page finds them. In some places that needs consent.
   */
  storage?: 'memory' | 'local' | undefined;
  /** Whether clicks on links to other hosts are counted. Default true. */
  outbound?: boolean | undefined;
  /** Whether clicks on links to files are counted, or the extensions of such files, such as `pdf,zip`. Default true. */
  downloads?: boolean | string | undefined;
  /** Whether forms that are sent are counted; never what is in their fields. Default true. */
  forms?: boolean | undefined;
  /** Properties of every page view and event, or what gives them at the time; the event's own go first. */
  props?: Props | (() => Props) | undefined;
  /**
   * Asked before a page view or event is kept: what it answers is sent instead; for `false` or nothing it is not counted, nor when
   * this throws. From a tag: the name of a global function.
   */
  beforeSend?: string | ((event: WireEvent) => WireEvent | false | null | undefined | void) | undefined;
  /** Whether what follows `#` is the page, as in `#/settings`. Default false. */
  hash?: boolean | undefined;
  /** Whether a move that changes only the query is a page view, too. Default false. */
  query?: boolean | undefined;
  /** Whether the page's `<link rel="canonical">` says its address. Default false. */
  canonical?: boolean | undefined;
  /** Only pages with these paths are counted: globs with commas between them, in which `*` is one part and `**` any number. */
  include?: string | undefined;
  /** Pages with these paths are not counted. */
  exclude?: string | undefined;
  /** Parts of paths that nobody is to see: globs such as `/users/*`, whose `*` are sent as `*`. */
  mask?: string | undefined;
  /** Whether clicks on elements with `data-footfall-event` are counted. Default true. */
  tagged?: boolean | undefined;
  /** Whether a page that the server answers with 404 is an event of its own. Default true. */
  notFound?: boolean | undefined;
  /** Whether consent is still awaited: until `consent('granted')` nothing is sent. */
  consent?: 'pending' | 'granted' | 'denied' | undefined;
}

/** A part of the script that a page may do without. It is called when counting begins. */
export type Module = () => void;

/** What counting began with, or was changed to; undefined: it has not begun, or has ended. A tag's are all texts. */
export let settings: Options | undefined;

/** An option that is on or off. */
type Switch = {
  [Name in keyof Options]-?: NonNullable<Options[Name]> extends string | boolean ? Name : never;
}[keyof Options];

/** Whether an option is off, be it a tag's. */
export function isOff(name: Switch): boolean {
  return '' + settings![name] === 'false';
}

/** Whether an option is on that is off by default. */
export function isOn(name: Switch): boolean {
  return /^(true|)$/.test(`${settings![name] ?? false}`);
}

export function configure(options: Options | undefined): void {
  settings = options;
}
