import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Door, Incoming } from './door.ts';

/**
 * Answers a request of `node:http` by itself.
 *
 * @returns whether it does; if not, the request is untouched, and the app's to answer
 */
export type Direct = (request: IncomingMessage, response: ServerResponse) => boolean;

/**
 * The short way to the doors for a server made of `node:http`, which spares a plain POST the web's `Request` and
 * `Response`. The peer is the socket's, whatever `remoteAddress` says. Only what is plain goes it: the exact path, a length that is announced and
 * allowed. All else is the app's, so that limits and odd requests are dealt with in one place.
 *
 * @param doors by path
 * @param bodyBytesMax larger bodies are left to the app
 */
export function directDoors(doors: ReadonlyMap<string, Door>, bodyBytesMax: number): Direct {
  return (request, response) => {
    if (request.method !== 'POST') return false;
    const door = doors.get(request.url ?? '');
    if (!door || !(Number(request.headers['content-length']) <= bodyBytesMax)) return false;
    void door(incomingOf(request)).then(({ status, headers, body }) => {
      response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
      response.end(body);
    });
    return true;
  };
}

function incomingOf(request: IncomingMessage): Incoming {
  const { headers } = request;
  return {
    header(name) {
      const value = headers[name];
      return Array.isArray(value) ? value.join(', ') : (value ?? null);
    },
    peer: request.socket.remoteAddress,
    // node:http lets no more bytes in than were announced.
    text: () => textOf(request),
  };
}

function textOf(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => void chunks.push(chunk));
    request.on('end', () => {
      const [only] = chunks;
      resolve((only && chunks.length === 1 ? only : Buffer.concat(chunks)).toString());
    });
    request.on('error', reject);
  });
}
