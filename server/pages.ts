import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Hono } from 'hono';
import { pages } from '../reporting/pages.ts';
import type { SetupOptions } from '../reporting/setup.ts';
import { isLoopback } from './config.ts';
import type { Config } from './config.ts';

/** Site of the demo pages; it comes into being with its first event, as every site does on loopback. */
const DEMO_SITE = 'demo';

/** Where the built dashboard is: made by `npm start` in the repository, by `npm pack` in the package. */
const folder = join(import.meta.dirname, import.meta.url.endsWith('.ts') ? '..' : '../..', 'examples/dashboard/dist');

/**
 * What the reporting serves beside its API: the dashboard, its start page, and the demo pages where the collector makes
 * sites by itself.
 *
 * @param config with the port that the collector listens on
 */
export function pagesOf(config: Config): { dashboard?: Hono; setup: SetupOptions } {
  const { collectorPublishedHost: host, collectorPort: port } = config;
  const local = isLoopback(host);
  const demo = local ? { collectorUrl: urlOf('localhost', port), site: DEMO_SITE } : undefined;
  const isEverywhere = host === '0.0.0.0' || host === '::';
  return {
    ...(existsSync(join(folder, 'index.html')) ? { dashboard: pages({ folder, demo }) } : {}),
    setup: {
      collectorUrl: (hostname) => urlOf(local ? 'localhost' : isEverywhere ? hostname : host, port),
      local,
      sample: true,
      demoSite: demo?.site,
    },
  };
}

function urlOf(host: string, port: number): string {
  return `http://${host.includes(':') && !host.startsWith('[') ? `[${host}]` : host}:${port}`;
}
