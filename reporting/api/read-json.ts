import type { Context } from 'hono';
import { refuse } from '../refuse.ts';

/**
 * A request's body as JSON, or the refusal. Only `application/json` is taken: a page of somebody else's cannot send that
 * without being asked first.
 */
export async function readJson(c: Context, bytesMax: number): Promise<{ json: unknown } | Response> {
  if (!/^application\/json\s*(;|$)/i.test(c.req.header('content-type') ?? '')) {
    const limit = 'application/json';
    return refuse(c, 'content_type', { field: 'Content-Type', limit, fix: `send the question as ${limit}` });
  }
  const text = await readText(c.req.raw, bytesMax);
  if (text === undefined) {
    return refuse(c, 'too_large', { field: 'body', limit: `${bytesMax} bytes`, fix: 'send a shorter question' });
  }
  try {
    return { json: JSON.parse(text) as unknown };
  } catch {
    return refuse(c, 'malformed_json', { field: 'body', limit: 'JSON', fix: 'check quotes, commas and brackets' });
  }
}

/** The body, or undefined if it is longer. */
async function readText(request: Request, bytesMax: number): Promise<string | undefined> {
  if (Number(request.headers.get('content-length') ?? 0) > bytesMax) return undefined;
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of (request.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > bytesMax) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
