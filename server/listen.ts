import type { ServerResponse } from 'node:http';
import { serve } from '@hono/node-server';
import type { ServerType } from '@hono/node-server';
import type { Hono } from 'hono';
import { Unusable } from '../core/errors.ts';

const CLOSE_IDLE_MS = 50;

export interface ListenOptions {
  host: string;
  port: number;
  /** Names of the settings, for the message. */
  settings: { host: string; port: string };
  /** ms for a request's headers and body to arrive. */
  requestMsMax: number;
}

export interface Listening {
  /** The port in use; another than asked for if that was 0. */
  port: number;
  /** Takes no new requests, and resolves when those in hand are answered. */
  close(): Promise<void>;
}

/**
 * Serves an app over HTTP.
 *
 * @throws Unusable if the address is taken or not ours
 */
export function listen(app: Hono, { host, port, settings, requestMsMax }: ListenOptions): Promise<Listening> {
  return new Promise((resolve, reject) => {
    const server: ServerType = serve({
      fetch: app.fetch,
      hostname: host,
      port,
      serverOptions: {
        requestTimeout: requestMsMax,
        headersTimeout: requestMsMax,
        connectionsCheckingInterval: 1000,
        keepAliveTimeout: 65_000,
      },
    });
    server.once('error', (error: NodeJS.ErrnoException) => {
      const what =
        error.code === 'EADDRINUSE' ? `port ${port} is taken by another program` : `cannot listen (${error.message})`;
      reject(new Unusable(`${host}:${port}: ${what}. Set ${settings.port} or ${settings.host}.`, { cause: error }));
    });
    server.once('listening', () => {
      const address = server.address();
      resolve({
        port: typeof address === 'object' && address ? address.port : port,
        close: () => closed(server),
      });
    });
  });
}

/** `close` alone lets a connection that is in use live on after its answer, for as long as its client keeps it. */
function closed(server: ServerType): Promise<void> {
  return new Promise((resolve) => {
    const closing = setInterval(() => {
      if ('closeIdleConnections' in server) server.closeIdleConnections();
    }, CLOSE_IDLE_MS);
    server.prependListener('request', (_request, response: ServerResponse) =>
      response.setHeader('connection', 'close'),
    );
    server.close(() => {
      clearInterval(closing);
      resolve();
    });
  });
}
