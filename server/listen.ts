import { createServer } from 'node:http';
import type { RequestListener, Server, ServerOptions, ServerResponse } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import type { Direct } from '../collector/node-door.ts';
import { Unusable } from '../core/errors.ts';

const CLOSE_IDLE_MS = 50;
const CHECK_MS = 1000;

export interface ListenOptions {
  host: string;
  port: number;
  /** Names of the settings, for the message. */
  settings: { host: string; port: string };
  /** ms for a request's headers and body to arrive. */
  requestMsMax: number;
}

/** What answers requests; `env.incoming` is the one of `node:http`. */
export interface Fetching {
  fetch: (request: Request, env: object) => Response | Promise<Response>;
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
 * @param direct asked first
 * @throws Unusable if the address is taken or not ours
 */
export function listen(app: Fetching, options: ListenOptions, direct?: Direct): Promise<Listening> {
  const { host, port, settings, requestMsMax } = options;
  const server = createAdaptorServer({
    fetch: app.fetch,
    ...(direct && { createServer: asking(direct) }),
    serverOptions: {
      requestTimeout: requestMsMax,
      headersTimeout: requestMsMax,
      connectionsCheckingInterval: Math.min(requestMsMax, CHECK_MS),
      keepAliveTimeout: 65_000,
    },
  }) as Server;
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const what =
        error.code === 'EADDRINUSE' ? `port ${port} is taken by another program` : `cannot listen (${error.message})`;
      reject(new Unusable(`${host}:${port}: ${what}. Set ${settings.port} or ${settings.host}.`, { cause: error }));
    });
    server.listen(port, host, () => {
      const address = server.address();
      resolve({
        port: typeof address === 'object' && address ? address.port : port,
        close: () => closed(server),
      });
    });
  });
}

/** Makes servers that ask `direct` before the app. */
export function asking(direct: Direct): typeof createServer {
  return ((options: ServerOptions, listener: RequestListener) =>
    createServer(options, (request, response) => {
      if (!direct(request, response)) listener(request, response);
    })) as typeof createServer;
}

/** `close` alone lets a connection that is in use live on after its answer, for as long as its client keeps it. */
function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const closing = setInterval(() => server.closeIdleConnections(), CLOSE_IDLE_MS);
    server.prependListener('request', (_request, response: ServerResponse) =>
      response.setHeader('connection', 'close'),
    );
    server.close(() => {
      clearInterval(closing);
      resolve();
    });
  });
}
