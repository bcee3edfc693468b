import { Hono } from 'hono';

/** What the start page shows; see `setup`. */
export interface SetupOptions {
  /** Where pages load the script from and send events to, without a slash at the end; `hostname` is the request's own. */
  collectorUrl: (hostname: string) => string;
  /** Whether only this machine can reach the collector. */
  local: boolean;
  /** Whether sample data can be made here. */
  sample: boolean;
  /** Site of the demo pages; undefined: they are not served. */
  demoSite: string | undefined;
}

/**
 * `GET` answers what the start page shows: the collector's address for the snippet, and what can be tried.
 *
 * @example
 * app.route('/api/v1/setup', setup(options));
 */
export function setup({ collectorUrl, local, sample, demoSite }: SetupOptions): Hono {
  return new Hono().get('/', (c) => {
    const hostname = URL.parse(`http://${c.req.header('host') ?? ''}/`)?.hostname ?? 'localhost';
    const demo = demoSite === undefined ? {} : { demo: { url: 'demo/', site_id: demoSite } };
    return c.json({ collector_url: collectorUrl(hostname), local, sample, ...demo });
  });
}
