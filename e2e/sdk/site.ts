import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Pages of somebody's site. */
export interface Site {
  port: number;
  /** Puts a page where there was none, or another. */
  serve(path: string, page: Page): void;
  /** How often a path was asked for. */
  served(path: string): number;
  close(): Promise<void>;
}

export interface Page {
  html: string;
  headers?: Record<string, string>;
}

/**
 * Serves pages by their path; `*` is what every other path gets.
 *
 * @example
 * const site = await serveSite({ '/': { html: '<h1>Home</h1>' } });
 */
export async function serveSite(first: Record<string, Page>): Promise<Site> {
  const pages = { ...first };
  const counts = new Map<string, number>();
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://site');
    counts.set(pathname, (counts.get(pathname) ?? 0) + 1);
    const page = pages[pathname] ?? pages['*'];
    if (!page) response.writeHead(404).end();
    else response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...page.headers }).end(page.html);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    serve(path, page) {
      pages[path] = page;
    },
    served: (path) => counts.get(path) ?? 0,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
