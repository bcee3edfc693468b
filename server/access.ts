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
 * @param secret serves as well as the token
 */
export function access(
  host: string,
  documents: Documents,
  secret?: string,
): (c: Context) => boolean | Promise<boolean> {
  if (isLoopback(host)) return (c) => namesThisMachine(c.req.header('host') ?? '');
  return async (c) => {
    const token = tokenOf(c);
    if (token === undefined) return false;
    if (secret !== undefined && isSecret(c, secret)) return true;
    const kept = (await documents.get(KIND, ID)) as TokenDocument | undefined;
    return kept !== undefined && timingSafeEqual(sha256(token), Buffer.from(kept.sha256, 'hex'));
  };
}

/** What the commands of a running server's own machine and user know it by; see `running.ts`. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** Whether a request knows that secret. */
export function isSecret(c: Context, secret: string): boolean {
  const token = tokenOf(c);
  return token !== undefined && timingSafeEqual(sha256(token), sha256(secret));
}

function tokenOf(c: Context): string | undefined {
  return /^Bearer (\S{1,200})$/i.exec(c.req.header('authorization') ?? '')?.[1];
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
