export interface Options {
  /** The site's id, as it was added. */
  site: string;
  /** Where events go, such as `https://stats.example.com/e`. */
  endpoint: string;
  /** Whether page views are counted by themselves, on load and on moves within the page. Default true. */
  auto?: boolean | undefined;
  /** The visitor's id in your own system, if you have one and may use it. */
  userId?: string | undefined;
}

/** What `init` was called with last; undefined before. */
export let settings: Options | undefined;

export function configure(options: Options): void {
  settings = options;
}
