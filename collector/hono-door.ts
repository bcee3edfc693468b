import type { Context } from 'hono';
import type { Door, Incoming, Outgoing } from './door.ts';

/**
 * A door as a handler of Hono.
 *
 * @param remoteAddress the address of a request's peer
 */
export function honoDoor(
  door: Door,
  remoteAddress: (c: Context) => string | undefined,
): (c: Context) => Promise<Response> {
  return async (c) => respond(await door(incomingOf(c, remoteAddress(c))));
}

/** An answer as Hono wants it. */
export function respond({ status, headers, body }: Outgoing): Response {
  return new Response(body, { status, headers });
}

/** A request of Hono's as a door sees it. */
export function incomingOf(c: Context, peer: string | undefined): Incoming {
  const { headers } = c.req.raw;
  return {
    header: (name) => headers.get(name),
    peer,
    async text(bytesMax) {
      // A length that was announced has been judged before; what has none is counted while it arrives.
      if (headers.get('content-length') === null) return readCounting(c.req.raw.body, bytesMax);
      const text = await c.req.text();
      // Characters are never more than bytes, so this catches a caller inside the process that announces a wrong length.
      return text.length > bytesMax ? undefined : text;
    },
  };
}

/** Past the limit it stops reading and leaves the rest to the server, which can still send the answer then. */
async function readCounting(body: ReadableStream<Uint8Array> | null, bytesMax: number): Promise<string | undefined> {
  if (!body) return '';
  const reader = body.getReader();
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    bytes += value.byteLength;
    if (bytes > bytesMax) return undefined;
    chunks.push(value);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}
