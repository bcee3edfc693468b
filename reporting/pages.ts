import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Hono } from 'hono';
import type { Context } from 'hono';

export interface PagesOptions {
  /** Folder of the built dashboard. It is read once. */
  folder: string;
  /** What the demo pages send to. Absent: there are no demo pages. */
  demo?: { collectorUrl: string; site: string } | undefined;
}

interface Page {
  body: Uint8Array<ArrayBuffer>;
  gzip: Uint8Array<ArrayBuffer> | undefined;
  etag: string;
  headers: Record<string, string>;
}

const types: Record<string, string> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
};

/** Nothing from elsewhere, nothing in the markup; the demo pages are the only ones that may be framed, by the dashboard. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "frame-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * The dashboard and the demo pages, under a strict Content-Security-Policy. Files under `assets/` carry a hash of their
 * content in their name, and may be kept for a year.
 *
 * @throws if the folder cannot be read
 * @example
 * app.route('/', pages({ folder: './examples/dashboard/dist' }));
 */
export function pages({ folder, demo }: PagesOptions): Hono {
  const app = new Hono();
  for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((one) =>
    one.replaceAll('\\', '/'),
  )) {
    const type = types[path.split('.').at(-1) ?? ''];
    const isDemo = path.startsWith('demo/');
    if (!type || (isDemo && !demo)) continue;
    const read = readFileSync(join(folder, path));
    const content = demo && isDemo && path.endsWith('.html') ? fill(read.toString(), demo) : read;
    const page = pageOf(path, type, content, demo && isDemo ? demoPolicy(demo.collectorUrl) : policy);
    app.get(`/${path.replace(/(^|\/)index\.html$/, '$1')}`, (c) => answer(c, page));
  }
  return app;
}

function fill(html: string, { collectorUrl, site }: { collectorUrl: string; site: string }): Buffer {
  return Buffer.from(html.replaceAll('__COLLECTOR__', collectorUrl).replaceAll('__SITE__', site));
}

function demoPolicy(collectorUrl: string): string {
  return policy
    .replace("script-src 'self'", `script-src 'self' ${collectorUrl}`)
    .replace("connect-src 'self'", `connect-src ${collectorUrl}`)
    .replace("frame-src 'self'; ", '')
    .replace("frame-ancestors 'none'", "frame-ancestors 'self'");
}

function pageOf(path: string, type: string, content: Buffer, csp: string): Page {
  const hash = createHash('sha256').update(content).digest('base64url').slice(0, 22);
  const packed = gzipSync(content, { level: 9 });
  const headers: Record<string, string> = {
    'Content-Type': type,
    'Cache-Control': path.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
    'Content-Security-Policy': csp,
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': path.startsWith('demo/') ? 'strict-origin-when-cross-origin' : 'no-referrer',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    Vary: 'Accept-Encoding',
  };
  return {
    body: new Uint8Array(content),
    gzip: packed.length < content.length ? new Uint8Array(packed) : undefined,
    etag: `"${hash}"`,
    headers,
  };
}

function answer(c: Context, { body, gzip, etag, headers }: Page): Response {
  const packed = gzip !== undefined && /\bgzip\b/.test(c.req.header('accept-encoding') ?? '');
  // Two bodies are two entities.
  const tag = packed ? etag.replace(/"$/, '-gzip"') : etag;
  const all = { ...headers, ETag: tag };
  const known = (c.req.header('if-none-match') ?? '').split(',').map((one) => one.trim().replace(/^W\//, ''));
  if (known.includes(tag)) return c.body(null, 304, all);
  return packed ? c.body(gzip, 200, { ...all, 'Content-Encoding': 'gzip' }) : c.body(body, 200, all);
}
