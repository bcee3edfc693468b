/**
 * Serves the pages beside it on http://localhost:8080. The pages name the collector that `npm start` runs; another may be given:
 *
 *     node examples/script-tag/serve.ts https://stats.example.com
 */
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { port: { type: 'string', default: '8080' } },
});
const [collector = 'http://localhost:3001'] = positionals;

const folder = join(import.meta.dirname, 'pages');
const types: Record<string, string> = { '.html': 'text/html; charset=utf-8', '.css': 'text/css; charset=utf-8' };

const app = new Hono();
app.get('/:file{[a-z]+\\.(?:html|css)}?', async (c) => {
  const file = c.req.param('file') ?? 'index.html';
  const text = await readFile(join(folder, file), 'utf8').catch(() => undefined);
  if (text === undefined) return c.notFound();
  return c.body(text.replaceAll('http://localhost:3001', collector), 200, {
    'content-type': types[extname(file)] ?? '',
  });
});

serve({ fetch: app.fetch, hostname: '127.0.0.1', port: Number(values.port) }, ({ port }) =>
  console.log(`http://localhost:${port} reports to ${collector}`),
);
