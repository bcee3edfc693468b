import { expect, test } from 'vitest';
import { CHROME, NOON, openScene, seed, view } from './scene.ts';
import { exchange, listen } from './socket.ts';

/** A plain POST goes to its door without Hono; the same in pieces, or with a query, goes by Hono. */

interface Case {
  path?: string;
  body: string;
  headers?: string[];
}

const good = (): string =>
  JSON.stringify({ site: 'a', sent: NOON, events: [view({ title: 'ü€😀' }), view({ url: 'x' })] });
const cases: [string, () => Case][] = [
  ['a batch of which one event is bad', () => ({ body: good() })],
  ["a server's event", () => ({ path: '/event', body: JSON.stringify(seed()) })],
  [
    "the second seed's event",
    () => ({
      path: '/track',
      body: '{"event":"signup","site_id":"a","event_id":"0199f3a0-0000-7000-8000-000000000001"}',
    }),
  ],
  ['no JSON', () => ({ body: '{' })],
  ['an empty body', () => ({ body: '' })],
  ['a wrong type', () => ({ body: good(), headers: ['Content-Type: text/html'] })],
  ['a body that says it is compressed', () => ({ body: good(), headers: ['Content-Encoding: gzip'] })],
  ['a bot', () => ({ body: good(), headers: ['User-Agent: Googlebot'] })],
  ['a page loaded ahead', () => ({ body: good(), headers: ['Sec-Purpose: prefetch'] })],
  ['an unknown site', () => ({ body: JSON.stringify({ site: 'none', events: [view()] }) })],
  ['as much as is allowed', () => ({ body: ' '.repeat(65_536) })],
  ['more than is allowed', () => ({ body: ' '.repeat(65_537) })],
];

function request({ path = '/e', body, headers = [] }: Case, inPieces: boolean): string {
  const bytes = Buffer.from(body);
  const length = inPieces ? 'Transfer-Encoding: chunked' : `Content-Length: ${bytes.length}`;
  const own = new Set(headers.map((line) => line.slice(0, line.indexOf(':'))));
  const usual = [`User-Agent: ${CHROME}`, 'Accept-Language: *', 'Content-Type: text/plain'].filter(
    (line) => !own.has(line.split(':')[0] ?? ''),
  );
  const head = [`POST ${path} HTTP/1.1`, 'Host: x', 'Connection: close', length, ...usual, ...headers].join('\r\n');
  const text = bytes.toString('latin1');
  const chunk = text === '' ? '' : `${bytes.length.toString(16)}\r\n${text}\r\n`;
  return `${head}\r\n\r\n${inPieces ? `${chunk}0\r\n\r\n` : text}`;
}

/** Status, headers that say something, and body. */
function told(answer: string) {
  const [head = '', ...body] = answer.split('\r\n\r\n');
  const [status = '', ...lines] = head.toLowerCase().split('\r\n');
  const headers = lines.filter((line) => !/^(date|connection|keep-alive|transfer-encoding|content-length):/.test(line));
  const ids = /"event_id":"[^"]+"/g;
  return { status, headers: headers.sort(), body: body.join('\r\n\r\n').replace(ids, '"event_id":""') };
}

test.each(cases)('%s is answered the same by either way', async (_, make) => {
  const scene = await openScene();
  await scene.addSite('a');
  const { port, close } = await listen(scene.app);
  const one = make();
  const [plain, pieces] = await Promise.all(
    [false, true].map(async (inPieces) => told(await exchange(port, [Buffer.from(request(one, inPieces), 'latin1')]))),
  );
  await close();
  expect(plain?.status).toMatch(/^http\/1\.1 [24]\d\d /);
  expect(plain).toEqual(pieces);
});

test('a body that breaks off is no event, and the server goes on', async () => {
  const scene = await openScene();
  await scene.addSite('a');
  const { port, close } = await listen(scene.app);
  const whole = request({ body: good() }, false);
  await exchange(port, [whole.slice(0, -10)], { halfClose: true });
  expect(await exchange(port, [Buffer.from(whole, 'latin1')])).toMatch(/^HTTP\/1\.1 202 /);
  await close();
  expect(await scene.events()).toHaveLength(1);
});
