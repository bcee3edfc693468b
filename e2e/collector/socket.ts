import type { Server } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import type { Collector } from '../../collector/collector.ts';
import { asking } from '../../server/listen.ts';

/** A collector on a real port. */
export interface Listening {
  port: number;
  close(): Promise<void>;
}

/** @param requestMsMax ms for a request to arrive whole; then 408 */
export async function listen(app: Collector, requestMsMax = 15_000): Promise<Listening> {
  const serverOptions = { requestTimeout: requestMsMax, connectionsCheckingInterval: Math.min(requestMsMax, 1000) };
  const createServer = asking(app.direct);
  const server = createAdaptorServer({
    fetch: app.fetch,
    createServer,
    serverOptions,
    overrideGlobalObjects: false,
  }) as Server;
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

/** Sends pieces of bytes over a connection of their own, a turn apart, and answers all that came back until its end. */
export async function exchange(
  port: number,
  pieces: (string | Uint8Array)[],
  { halfClose = false, waitMs = 0 } = {},
): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  const received: Buffer[] = [];
  socket.on('data', (chunk) => received.push(chunk));
  const ended = new Promise<void>((resolve) => {
    // A reset is an end, too: the server need not read what it has refused.
    socket.once('error', () => resolve());
    socket.once('end', () => resolve());
    socket.once('close', () => resolve());
  });
  for (const piece of pieces) {
    if (!(await write(socket, piece))) break;
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
  }
  if (halfClose) socket.end();
  await ended;
  socket.destroy();
  return Buffer.concat(received).toString('latin1');
}

/** Whether the connection still takes bytes. */
function write(socket: Socket, piece: string | Uint8Array): Promise<boolean> {
  return new Promise((resolve) => {
    if (socket.destroyed) return resolve(false);
    const broken = () => resolve(false);
    socket.once('error', broken);
    socket.once('close', broken);
    socket.write(piece, (error) => {
      socket.off('error', broken);
      socket.off('close', broken);
      resolve(!error);
    });
  });
}

/** The status of a raw answer; undefined where there was none. */
export function statusOf(answer: string): number | undefined {
  const status = /^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1];
  return status === undefined ? undefined : Number(status);
}
