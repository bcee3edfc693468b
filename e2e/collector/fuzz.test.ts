import { expect, test } from 'vitest';
import { collector } from '../../collector/collector.ts';
import type { Collector } from '../../collector/collector.ts';
import { randomOf } from '../../core/sample.contract.ts';
import type { Random } from '../../core/sample.contract.ts';
import { bytes, fuzzRequest, MARKER } from './fuzz-cases.ts';
import type { FuzzRequest } from './fuzz-cases.ts';
import { CHROME, NOON, openScene, view } from './scene.ts';
import type { Scene } from './scene.ts';
import { exchange, listen, statusOf } from './socket.ts';

const SEED = 20_260_310;
const REQUESTS = 100_000;
const AT_ONCE = 250;
const CONNECTIONS = 400;

/** What is wrong with the answers, and the events they say are stored: `site|id`, as often as they say so. */
class Verdicts {
  readonly wrong: string[] = [];
  readonly accepted: string[] = [];
  readonly statuses: Record<number, number> = {};

  check(condition: boolean, what: string, request: FuzzRequest): void {
    if (condition || this.wrong.length >= 10) return;
    this.wrong.push(`${what}: ${request.method} ${request.path} ${request.body.toString('latin1').slice(0, 500)}`);
  }

  judge(request: FuzzRequest, status: number, type: string | null, text: string): void {
    this.statuses[status] = (this.statuses[status] ?? 0) + 1;
    this.check(status < 500, `status ${status} ${text}`, request);
    if (status === 202 || (status === 200 && request.path === '/track' && request.method === 'POST'))
      this.accept(request, JSON.parse(text) as Record<string, unknown>);
    else if (status >= 400 && request.method !== 'HEAD') {
      this.check(type === 'application/json', `type ${type}`, request);
      this.check(isRefusal(JSON.parse(text)), `refusal ${text}`, request);
      this.check(!text.includes(MARKER) && !text.includes('onerror'), `repeats ${text}`, request);
    }
  }

  private accept(request: FuzzRequest, answer: Record<string, unknown>): void {
    const body: unknown = JSON.parse(new TextDecoder().decode(request.body));
    if (Array.isArray(answer.refused)) {
      const refused = answer.refused as { index: number }[];
      const { site, events } = body as { site: string; events: { id: string }[] };
      const indexes = new Set(refused.map(({ index }) => index));
      const kept = events.filter((_, index) => !indexes.has(index));
      this.check(kept.length === answer.accepted && kept.length > 0, `accepted ${String(answer.accepted)}`, request);
      this.check(refused.every(isRefusal), `refused ${JSON.stringify(refused)}`, request);
      for (const { id } of kept) this.accepted.push(`${site}|${id.toLowerCase()}`);
      return;
    }
    const results = (answer.results ?? [answer]) as Record<string, unknown>[];
    const calls = (Array.isArray(body) ? body : [body]) as { site_id?: string }[];
    const siteOf = (index: number): string => calls[index]?.site_id ?? (request.path === '/track' ? 'default' : '');
    this.check(results.length === calls.length, `${results.length} results`, request);
    for (const [index, result] of results.entries()) {
      if (result.status === 'accepted') this.accepted.push(`${siteOf(index)}|${String(result.event_id)}`);
      else this.check(result.status === 'refused' && isRefusal(result), JSON.stringify(result), request);
    }
  }
}

function isRefusal(value: unknown): boolean {
  const { reason, field, limit, fix, message } = value as Record<string, unknown>;
  const named = [reason, field, fix, message].every((text) => typeof text === 'string' && text !== '');
  return named && (typeof limit === 'number' || (typeof limit === 'string' && limit !== ''));
}

async function openFuzzScene(): Promise<Scene> {
  const scene = await openScene({
    thread: true,
    openServers: true,
    trustedProxies: ['203.0.113.0/24'],
    limits: { visitorEventsPerMinuteMax: 1e9 },
  });
  await scene.addSite('a', { hostnames: ['example.com'], zone: 'Australia/Lord_Howe' });
  await scene.addSite('b');
  return scene;
}

async function storedIn(scene: Scene): Promise<string[]> {
  return (await scene.entries()).flatMap(({ site, events }) => events.map(({ id }) => `${site}|${id}`));
}

async function send(app: Collector, request: FuzzRequest, random: Random, verdicts: Verdicts): Promise<void> {
  const { method, path, headers, body, streamed } = request;
  const bodyless = method === 'GET' || method === 'HEAD';
  const init: RequestInit & { duplex?: 'half' } = { method, headers: new Headers() };
  for (const [name, value] of headers) (init.headers as Headers).set(name, value);
  if (!bodyless) {
    init.body = streamed === 'no' ? new Uint8Array(body) : inPieces(body, random, streamed === 'broken');
    init.duplex = 'half';
  }
  const answer = await app.request(path, init);
  verdicts.judge(request, answer.status, answer.headers.get('content-type'), await answer.text());
}

function inPieces(body: Buffer, random: Random, broken: boolean): ReadableStream<Uint8Array<ArrayBuffer>> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      const end = at + 1 + random.below(50);
      if (at < body.length) controller.enqueue(new Uint8Array(body.subarray(at, end)));
      else if (broken) controller.error(new Error('gone'));
      else controller.close();
      at = end;
    },
  });
}

test('100,000 requests: no 5xx, each refusal says why, and what was accepted is in the queue, and nothing else', async () => {
  const scene = await openFuzzScene();
  const closed = collector({
    queue: scene.queue,
    store: scene.store,
    now: () => NOON,
    remoteAddress: () => '203.0.113.9',
    log: (message, error) => scene.log.push(`${message}: ${String(error)}`),
    autoSites: true,
    limits: { autoSitesMax: 20, visitorEventsPerMinuteMax: 1e9 },
  });
  const random = randomOf(SEED);
  const verdicts = new Verdicts();
  for (let sent = 0; sent < REQUESTS; sent += AT_ONCE) {
    const requests = Array.from({ length: AT_ONCE }, () => fuzzRequest(random));
    await Promise.all(
      requests.map((request, index) => send(index % 2 === 0 ? scene.app : closed, request, random, verdicts)),
    );
  }
  await closed.close();
  expect(verdicts.wrong).toEqual([]);
  expect(Object.keys(Object.prototype)).toEqual([]);
  expect(scene.log).toEqual([]);
  // Enough of each kind, or the test tests nothing.
  for (const status of [200, 202, 400, 401, 403, 404, 405, 413, 415]) {
    expect(verdicts.statuses[status] ?? 0, `status ${status}`).toBeGreaterThan(50);
  }
  expect(verdicts.statuses[202]).toBeGreaterThan(REQUESTS / 5);
  const stored = await storedIn(scene);
  expect(stored.length).toBe(verdicts.accepted.length);
  const accepted = verdicts.accepted.toSorted();
  expect(
    stored
      .toSorted()
      .filter((event, index) => event !== accepted[index])
      .slice(0, 10),
  ).toEqual([]);
});

interface RawRequest {
  /** Of its event, if it has one. */
  id: string | undefined;
  pieces: Buffer[];
  halfClose: boolean;
  waitMs: number;
}

/** A request as bytes, whole or spoilt, in pieces. */
function rawRequest(random: Random): RawRequest {
  const body = JSON.stringify({ site: 'b', events: [view()] });
  const head = `POST /e HTTP/1.1\r\nHost: localhost\r\nUser-Agent: ${CHROME}\r\nAccept-Language: *\r\nConnection: close\r\n`;
  const chunked = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
  const texts = [
    `${head}Content-Length: ${body.length}\r\n\r\n${body}`,
    `${head}Transfer-Encoding: chunked\r\n\r\n${chunked}`,
    `${head}Content-Length: ${body.length + 5}\r\n\r\n${body}`,
    `${head}Content-Length: ${body.length - 5}\r\n\r\n${body}`,
    `${head}Content-Length: ${body.length}\r\nContent-Length: 5\r\n\r\n${body}`,
    `${head}Content-Length: ${body.length}\r\nTransfer-Encoding: chunked\r\n\r\n${chunked}`,
    `${head}Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n${body}`,
    `${head}Transfer-Encoding: chunked\r\n\r\n-5\r\n${body}\r\n0\r\n\r\n`,
    `${head}Transfer-Encoding: gzip, chunked\r\n\r\n${chunked}`,
    `${head}Expect: 100-continue\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    `${head.replace('/e', '*')}Content-Length: 0\r\n\r\n`,
    `${head.replace('/e', 'http://other.example/e')}Content-Length: ${body.length}\r\n\r\n${body}`,
    `${head.replace('localhost', random.pick(['', 'a b', '[', 'x'.repeat(3000)]))}Content-Length: ${body.length}\r\n\r\n${body}`,
    `${head}\r\n`,
    bytes(random, 1 + random.below(300)).toString('latin1'),
  ];
  let raw = Buffer.from(random.pick(texts), 'latin1');
  if (random.chance(0.2)) raw = raw.subarray(0, random.below(raw.length));
  if (random.chance(0.1)) raw[random.below(raw.length)] = random.below(256);
  const id = /"id":"([^"]+)"/.exec(raw.toString('latin1'))?.[1]?.toLowerCase();
  const pieces: Buffer[] = [];
  for (let at = 0; at < raw.length; ) {
    const end = random.chance(0.5) ? raw.length : at + 1 + random.below(200);
    pieces.push(raw.subarray(at, end));
    at = end;
  }
  return { id, pieces, halfClose: random.chance(0.5), waitMs: random.chance(0.2) ? 5 : 0 };
}

test('raw bytes over connections: no 5xx, what was accepted is in the queue, and the next request is served', async () => {
  const scene = await openFuzzScene();
  const listening = await listen(scene.app, 300);
  const random = randomOf(SEED);
  const accepted: string[] = [];
  const statuses: Record<string, number> = {};
  for (let sent = 0; sent < CONNECTIONS; sent += 40) {
    const requests = Array.from({ length: 40 }, () => rawRequest(random));
    const answers = requests.map(async ({ id, pieces, ...options }) => {
      return [id, await exchange(listening.port, pieces, options)] as const;
    });
    for (const [id, answer] of await Promise.all(answers)) {
      const status = statusOf(answer.replace(/^HTTP\/1\.1 100 Continue\r\n\r\n/, ''));
      statuses[String(status)] = (statuses[String(status)] ?? 0) + 1;
      if (status === 202) accepted.push(`b|${id}`);
    }
  }
  expect(Object.keys(statuses).filter((status) => status.startsWith('5'))).toEqual([]);
  expect(statuses['202']).toBeGreaterThan(20);
  expect(statuses['400']).toBeGreaterThan(20);
  expect(scene.log).toEqual([]);

  const body = JSON.stringify({ site: 'b', events: [view()] });
  const good = `POST /e HTTP/1.1\r\nHost: x\r\nUser-Agent: ${CHROME}\r\nAccept-Language: *\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  expect(statusOf(await exchange(listening.port, [good]))).toBe(202);
  await listening.close();
  const stored = new Set(await storedIn(scene));
  for (const id of accepted) expect(stored).toContain(id);
});
