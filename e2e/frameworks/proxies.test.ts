import { readFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { ordinaryAgent } from '../browser/browser.ts';
import { freePort } from '../package/project.ts';
import { eventsOf } from '../support/contents.ts';
import { deployment } from '../support/deployment.ts';
import { drained } from '../support/http.ts';
import { proxyPrograms } from './proxy-programs.ts';
import { adapted } from './visit.ts';

/** What `examples/proxies` passes on: the script, the door, and who the visitor is. */

const examples = fileURLToPath(new URL('../../examples/proxies', import.meta.url));
const read = (file: string): string => readFileSync(join(examples, file), 'utf8');
const { newData, start, withStore } = deployment();
const { nginx, caddy } = proxyPrograms();
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** Serves as a proxy in front of a collector, on this port. */
type Serve = (collector: string, port: number) => void | Promise<void>;

const serving: Record<string, Serve> = {
  nginx: (collector, port) => {
    const own = adapted(read('nginx.conf'), collector, '');
    return nginx(port, `server { listen 127.0.0.1:${port}; location / { return 200 own; } ${own} }`);
  },
  caddy: (collector, port) => {
    const own = adapted(read('Caddyfile'), collector, '');
    return caddy(port, `http://127.0.0.1:${port} {\n${own}\n\trespond own\n}\n`);
  },
  /** The Worker's own handler, in Node; before it, what Cloudflare does: it tells the visitor's address in a header. */
  'cloudflare-worker': async (collector, port) => {
    const source = adapted(read('cloudflare-worker.js'), collector, '');
    const { default: worker } = (await import(`data:text/javascript,${encodeURIComponent(source)}`)) as {
      default: { fetch(request: Request): Promise<Response> };
    };
    const server = createServer((incoming, outgoing) => {
      const headers = new Headers(incoming.headers as Record<string, string>);
      headers.set('CF-Connecting-IP', incoming.socket.remoteAddress ?? '');
      // These are the connection's, and fetch's own.
      for (const name of ['connection', 'content-length', 'host']) headers.delete(name);
      const body = incoming.method === 'POST' ? { body: Readable.toWeb(incoming), duplex: 'half' } : {};
      const asked = new Request(`http://127.0.0.1:${port}${incoming.url}`, {
        method: incoming.method!,
        headers,
        ...body,
      } as RequestInit);
      void worker.fetch(asked).then(
        async (answer) => {
          const told = new Map([...answer.headers].filter(([name]) => !/^content-(encoding|length)$/.test(name)));
          outgoing.writeHead(answer.status, Object.fromEntries(told)).end(await answer.text());
        },
        (error: unknown) => outgoing.writeHead(500).end(String(error)),
      );
    });
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    closers.push(() => closed(server));
  },
};

function closed(server: Server): Promise<unknown> {
  const done = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  return done;
}

interface Told {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

/** Asks as the visitor at that address of this machine. */
function askFrom(from: string, url: string, body?: string): Promise<Told> {
  const headers = {
    'user-agent': ordinaryAgent(),
    'accept-language': 'en-GB',
    // What a visitor writes there, nobody is to believe.
    'x-forwarded-for': '8.8.8.8',
    cookie: 'session=secret',
    ...(body === undefined ? {} : { 'content-type': 'text/plain;charset=UTF-8' }),
  };
  return new Promise((resolve, reject) => {
    const going = request(url, { method: body === undefined ? 'GET' : 'POST', headers, localAddress: from });
    going.once('error', reject).once('response', (answer) => {
      answer.toArray().then((chunks: Buffer[]) => {
        resolve({ status: answer.statusCode!, headers: answer.headers, text: Buffer.concat(chunks).toString() });
      }, reject);
    });
    going.end(body);
  });
}

/** A collector's front that remembers which headers came. */
async function watched(collector: string): Promise<{ address: string; seen: string[] }> {
  const seen: string[] = [];
  const server = createServer((incoming, outgoing) => {
    seen.push(`${incoming.method} ${incoming.url} ${String(incoming.headers.cookie)}`);
    const { method, headers } = incoming;
    const going = request(collector + incoming.url, { method, headers }, (answer) =>
      answer.pipe(outgoing.writeHead(answer.statusCode!, answer.headers)),
    );
    incoming.pipe(going);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => closed(server));
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

test.each(Object.keys(serving))('%s serves the script, takes events, and tells who the visitor is', async (name) => {
  const data = await newData();
  const { collector } = await start(data, { TRUSTED_PROXIES: '127.0.0.1' });
  const { address, seen } = await watched(collector);
  const port = await freePort();
  await serving[name]!(address, port);
  const site = `http://127.0.0.1:${port}`;

  const script = await askFrom('127.0.0.2', `${site}/s.js`);
  expect(script.status).toBe(200);
  expect(script.text).toContain('data-site');
  expect(script.headers['cache-control']).toBe('public, max-age=86400');

  const view = (path: string, sent = Date.now()): string =>
    JSON.stringify({
      site: 'example.com',
      sent,
      events: [{ id: crypto.randomUUID(), name: 'pageview', time: sent, url: `https://example.com${path}` }],
    });
  const visitors = ['127.0.0.2', '127.0.0.3', '127.0.0.2'];
  for (const [index, from] of visitors.entries()) {
    const { status, text } = await askFrom(from, `${site}/e`, view(`/${index}`));
    expect([status, text]).toEqual([202, expect.stringContaining('"accepted":1')]);
  }
  await drained(collector);
  const events = await withStore(data, eventsOf);
  const [first, second, third] = ['/0', '/1', '/2'].map((path) => events.find((event) => event.path === path)!.visitor);
  expect([first === third, first === second]).toEqual([true, false]);
  // No cookie of the site's goes to the collector with them.
  expect(seen.filter((one) => one.startsWith('POST /e '))).toEqual(visitors.map(() => 'POST /e undefined'));
});

test('vercel.json and netlify.toml lead both addresses to the collector', () => {
  const leads = { '/s.js': 'https://stats.example.com/s.js', '/e': 'https://stats.example.com/e' };
  const { rewrites } = JSON.parse(read('vercel.json')) as { rewrites: { source: string; destination: string }[] };
  expect(Object.fromEntries(rewrites.map(({ source, destination }) => [source, destination]))).toEqual(leads);

  const rules = read('netlify.toml').split('[[redirects]]\n').slice(1);
  const told = rules.map((rule) => rule.trim().split(/\s*\n\s*/));
  expect(told).toEqual(
    Object.entries(leads).map(([from, to]) => [`from = "${from}"`, `to = "${to}"`, 'status = 200', 'force = true']),
  );
});
