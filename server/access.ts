import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Context } from 'hono';
import type { Documents } from '../core/ports.ts';
import { isLoopback } from './config.ts';

const KIND = 'token';
const ID = 'admin';
const PREFIX = 'fft_';

type TokenDocument = { sha256: string; created: number };

/**
 * Makes the token for reports and administration if there is none yet.
 *
 * @returns the token, which is kept nowhere: print it now or never; undefined if there was one
 */
export async function makeFirstToken(documents: Documents): Promise<string | undefined> {
  const token = newToken();
  const mine = documentOf(token);
  const kept = (await documents.create(KIND, ID, mine)) as TokenDocument;
  return kept.sha256 === mine.sha256 ? token : undefined;
}

/** Makes a new token; the one before is void at once. */
export async function replaceToken(documents: Documents): Promise<string> {
  const token = newToken();
  await documents.put(KIND, ID, documentOf(token));
  return token;
}

/**
 * Who may read reports. On loopback: every request that names this machine as its host, which keeps out web pages that
 * have a name of theirs point to 127.0.0.1 (DNS rebinding). Elsewhere: whoever has the token.
 *
 * @param host the address that is listened on
 */
export function access(host: string, documents: Documents): (c: Context) => boolean | Promise<boolean> {
  if (isLoopback(host)) return (c) => namesThisMachine(c.req.header('host') ?? '');
  return async (c) => {
    const token = /^Bearer (\S{1,200})$/i.exec(c.req.header('authorization') ?? '')?.[1];
    if (token === undefined) return false;
    const kept = (await documents.get(KIND, ID)) as TokenDocument | undefined;
    return kept !== undefined && timingSafeEqual(sha256(token), Buffer.from(kept.sha256, 'hex'));
  };
}

function namesThisMachine(host: string): boolean {
  const url = URL.parse(`http://${host}/`);
  return url !== null && isLoopback(url.hostname.replace(/^\[|\]$/g, ''));
}

function newToken(): string {
  return PREFIX + randomBytes(32).toString('base64url');
}

function documentOf(token: string): TokenDocument {
  return { sha256: sha256(token).toString('hex'), created: Date.now() };
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
