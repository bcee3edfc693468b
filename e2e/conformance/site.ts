import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Served {
  body: string;
  headers?: Record<string, string>;
  status?: number;
}

/** Pages of somebody's site, on an origin of its own. */
export interface Site {
  port: number;
  /** How often a path was asked for. */
  served(path: string): number;
  close(): Promise<void>;
}

/** Serves what a function says of a path. */
export async function serveSite(pageAt: (path: string) => Served): Promise<Site> {
  const counts = new Map<string, number>();
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://site');
    counts.set(pathname, (counts.get(pathname) ?? 0) + 1);
    const { body, headers, status = 200 } = pageAt(pathname);
    response.writeHead(status, { 'content-type': 'text/html; charset=utf-8', ...headers }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    served: (path) => counts.get(path) ?? 0,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
