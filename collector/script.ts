import { createHash } from 'node:crypto';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { Context, Hono } from 'hono';

export interface ScriptOptions {
  /** The script itself, such as the file `sdk/dist/s.js`. */
  body: Uint8Array;
  /** Smaller and larger ones, by what stands before `.js`: `core` is served as `/s.core.js`. */
  builds?: Record<string, Uint8Array>;
}

/** The script in one form that travels. */
interface Form {
  /** Empty: as it is. */
  encoding: '' | 'gzip' | 'br';
  bytes: Uint8Array<ArrayBuffer>;
  etag: string;
}

const DAY = 'public, max-age=86400';
const YEAR = 'public, max-age=31536000, immutable';
const HASH_CHARS = 12;

/**
 * Serves the browsers' script by two names: `path`, to be kept for a day, and one with the hash of its content
 * (`/s.<hash>.js`), to be kept for a year; `Content-Location` says it. What has the hash of another version gets this one,
 * for a day: a page that somebody keeps goes on to count after an upgrade.
 *
 * @param path such as `/s.js`
 */
export function routeScript(app: Hono, { body, builds = {} }: ScriptOptions, path: string): void {
  routeOne(app, body, path);
  for (const [build, one] of Object.entries(builds)) routeOne(app, one, path.replace(/(\.js)?$/, `.${build}$1`));
}

function routeOne(app: Hono, body: Uint8Array, path: string): void {
  const hash = createHash('sha256').update(body).digest('hex').slice(0, HASH_CHARS);
  const forms = formsOf(body, hash);
  const [, folder = '', name = ''] = /^(.*\/)([^/]*?)(?:\.js)?$/.exec(path) ?? [];
  const current = `${name}.${hash}.js`;
  const versions = `${name.replace(/[^\w-]/g, '\\$&')}\\.[0-9a-f]{${HASH_CHARS}}\\.js`;

  app.get(path, (c) => answer(c, forms, { 'cache-control': DAY, 'content-location': current }));
  app.get(`${folder}:version{${versions}}`, (c) =>
    answer(c, forms, { 'cache-control': c.req.param('version') === current ? YEAR : DAY }),
  );
}

/** Smallest first. Compressed once, as small as can be. */
function formsOf(body: Uint8Array, hash: string): Form[] {
  const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
  return [
    { encoding: 'br', bytes: new Uint8Array(brotliCompressSync(body, { params })), etag: `"${hash}-br"` },
    { encoding: 'gzip', bytes: new Uint8Array(gzipSync(body, { level: 9 })), etag: `"${hash}-gzip"` },
    { encoding: '', bytes: new Uint8Array(body), etag: `"${hash}"` },
  ];
}

function answer(c: Context, forms: Form[], more: Record<string, string>): Response {
  const accepted = c.req.header('accept-encoding') ?? '';
  const { encoding, bytes, etag } = forms.find((form) => form.encoding === '' || takes(accepted, form.encoding))!;
  const headers: Record<string, string> = {
    'content-type': 'text/javascript; charset=utf-8',
    ...more,
    etag,
    vary: 'accept-encoding',
    'access-control-allow-origin': '*',
    'cross-origin-resource-policy': 'cross-origin',
    'x-content-type-options': 'nosniff',
  };
  if (isKnown(c.req.header('if-none-match') ?? '', forms)) return new Response(null, { status: 304, headers });
  if (encoding) headers['content-encoding'] = encoding;
  headers['content-length'] = String(bytes.byteLength);
  return new Response(bytes, { headers });
}

/** Whether an `Accept-Encoding` takes a coding. Source: RFC 9110, 12.5.3; a weight of 0 forbids. */
function takes(accepted: string, encoding: string): boolean {
  for (const part of accepted.toLowerCase().split(',')) {
    const [coding = '', ...weights] = part.split(';').map((text) => text.trim());
    if (coding === encoding) return !weights.some((weight) => /^q=0(\.0*)?$/.test(weight));
  }
  return false;
}

/** Whether an `If-None-Match` names the script in any of its forms. Source: RFC 9110, 13.1.2; the comparison is weak. */
function isKnown(names: string, forms: Form[]): boolean {
  const known = names.split(',').map((name) => name.trim().replace(/^W\//, ''));
  return known.includes('*') || forms.some(({ etag }) => known.includes(etag));
}
