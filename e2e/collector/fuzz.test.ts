import * as fc from 'fast-check';
import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import type { Reason } from '../../collector/refusal.ts';
import type { LogEntry } from '../../core/event.ts';
import { randomOf } from '../../core/sample.contract.ts';
import type { Random } from '../../core/sample.contract.ts';
import type { SiteSettings } from '../../core/site-settings.ts';
import { heldBytes } from '../support/heap.ts';
import { bytes, SERVER_EVENTS_MAX } from './fuzz-cases.ts';
import type { FuzzRequest } from './fuzz-cases.ts';
import { fuzzRequests } from './fuzz-requests.ts';
import { Verdicts } from './fuzz-verdicts.ts';
import { CHROME, openScene, refusedOf, view } from './scene.ts';
import type { Scene, SceneOptions } from './scene.ts';
import { exchange, listen, statusOf } from './socket.ts';

const SEED = 20_260_310;
const REQUESTS = 100_000;
const AT_ONCE = 250;
const CONNECTIONS = 400;
const MINUTE_MS = 60_000;

/** How much more may be held at the end than after a fifth of the requests: too little for each of the others to leave a trace. */
const GROWTH_BYTES_MAX = 2 * 1024 * 1024;

/** The sites of the scenes; days begin at different times in their zones. */
const SITES: Record<string, SiteSettings> = {
  a: { hostnames: ['example.com'], zone: 'Australia/Lord_Howe' },
  b: {},
  default: { zone: 'Pacific/Kiritimati' },
  shielded: {
    zone: 'America/St_Johns',
    hostnames: ['example.com', 'münchen.example'],
    excluded_addresses: ['198.51.100.0/24', '2001:db8:5::/48'],
    excluded_countries: ['GB'],
    excluded_paths: ['/admin/**', '/über/*'],
    keep_visits_days: 3,
  },
  dropping: { gpc: 'drop' },
};

/** Those that a client can bring about. */
const REASONS: Reason[] = [
  'malformed_json',
  'invalid',
  'too_long',
  'too_large',
  'content_type',
  'content_encoding',
  'key_required',
  'unknown_site',
  'sites_full',
  'bot',
  'ai_bot',
  'automation',
  'prefetch',
  'gpc',
  'hostname',
  'local_host',
  'excluded_address',
  'excluded_country',
  'excluded_path',
  'rate_limited',
  'too_old',
  'in_future',
  'day_closed',
];

/** A collector with what its answers say. */
interface Party {
  scene: Scene;
  metrics: Registry;
  verdicts: Verdicts;
}

async function openParty(options: SceneOptions): Promise<Party> {
  const metrics = new Registry();
  const limits = { serverEventsMax: SERVER_EVENTS_MAX, serverSitesMax: 8, ...options.limits };
  const scene = await openScene({ ...options, thread: true, metrics, limits });
  const zones = new Map<string, string>();
  for (const [id, settings] of Object.entries(SITES)) {
    await scene.addSite(id, settings);
    zones.set(id, settings.zone ?? 'UTC');
  }
  return { scene, metrics, verdicts: new Verdicts({ zones, now: () => scene.clock.now, max: 10 * REQUESTS }) };
}

function openFuzzScene(): Promise<Party> {
  return openParty({
    openServers: true,
    trustedProxies: ['203.0.113.0/24'],
    limits: { visitorEventsPerMinuteMax: 1e9 },
  });
}

async function send({ scene, verdicts }: Party, request: FuzzRequest): Promise<void> {
  const { method, path, headers, body, streamed, pieceBytes } = request;
  const bodyless = method === 'GET' || method === 'HEAD';
  const init: RequestInit & { duplex?: 'half' } = { method, headers: new Headers() };
  for (const [name, value] of headers) (init.headers as Headers).set(name, value);
  if (!bodyless) {
    init.body = streamed === 'no' ? new Uint8Array(body) : inPieces(body, pieceBytes, streamed === 'broken');
    init.duplex = 'half';
  }
  const answer = await scene.app.request(path, init);
  verdicts.judge(request, answer, await answer.text());
}

function inPieces(body: Buffer, pieceBytes: number, broken: boolean): ReadableStream<Uint8Array<ArrayBuffer>> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      const end = at + pieceBytes;
      if (at < body.length) controller.enqueue(new Uint8Array(body.subarray(at, end)));
      else if (broken) controller.error(new Error('gone'));
      else controller.close();
      at = end;
    },
  });
}

/** The events of entries, as `site|id`. */
function storedIn(entries: LogEntry[]): string[] {
  return entries.flatMap(({ site, events }) => events.map(({ id }) => `${site}|${id}`));
}

/** Expects what the answers said to be what the collector has kept and counted. */
async function expectKept({ scene, metrics, verdicts }: Party): Promise<void> {
  await scene.app.close();
  expect(scene.log).toEqual([]);
  const entries = await scene.entries();
  const stored = storedIn(entries);
  expect(stored.length).toBe(verdicts.accepted.length);
  expect(verdicts.accepted.strangers(stored).slice(0, 10)).toEqual([]);

  // Which of the sites that come into being by themselves was there in time for a refusal is not to be told from outside.
  const fixed = entries.map((entry) => (Object.hasOwn(SITES, entry.site) ? entry : { ...entry, site: '' }));
  expect(refusedOf(fixed)).toEqual(verdicts.refused);
  const told = (await metrics.getSingleMetric('footfall_refused_total')?.get())?.values ?? [];
  expect(Object.fromEntries(told.map(({ labels, value }) => [labels.reason, value]))).toEqual(byReason([verdicts]));
  const accepted = (await metrics.getSingleMetric('footfall_accepted_total')?.get())?.values ?? [];
  expect(accepted[0]?.value).toBe(verdicts.accepted.length);
}

function byReason(all: Verdicts[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const [key, count] of all.flatMap(({ refused }) => Object.entries(refused))) {
    const reason = key.slice(key.lastIndexOf(' ') + 1);
    counts[reason] = (counts[reason] ?? 0) + count;
  }
  return counts;
}

test('100,000 requests: no 5xx, what was accepted is in the queue and nothing else, each refusal is counted, memory is bounded', async () => {
  const open = await openFuzzScene();
  const closed = await openParty({ autoSites: true, limits: { autoSitesMax: 20, visitorEventsPerMinuteMax: 12 } });
  const parties = { open, closed };
  let runs = 0;
  let heldEarly = 0;
  const property = fc.asyncProperty(fuzzRequests(AT_ONCE), async (requests) => {
    if (runs++ === REQUESTS / AT_ONCE / 5) heldEarly = await heldBytes();
    for (const { scene } of [open, closed]) scene.clock.now += MINUTE_MS;
    await Promise.all(requests.map((request) => send(parties[request.to], request)));
    expect([...open.verdicts.takeWrong(), ...closed.verdicts.takeWrong()]).toEqual([]);
  });
  await fc.assert(property, { seed: SEED, numRuns: REQUESTS / AT_ONCE });
  const growth = (await heldBytes()) - heldEarly;
  expect(growth).toBeLessThan(GROWTH_BYTES_MAX);
  expect(Object.keys(Object.prototype)).toEqual([]);
  for (const party of [open, closed]) await expectKept(party);

  // Enough of each kind, or the test tests nothing.
  const all = [open.verdicts, closed.verdicts];
  const sumOf = (status: number): number => all.reduce((sum, { statuses }) => sum + (statuses[status] ?? 0), 0);
  for (const status of [200, 202, 400, 401, 403, 404, 405, 413, 415, 429]) {
    expect(sumOf(status), `status ${status}`).toBeGreaterThan(50);
  }
  expect(sumOf(202)).toBeGreaterThan(REQUESTS / 5);
  const reasons = byReason(all);
  expect(REASONS.filter((reason) => (reasons[reason] ?? 0) < 50)).toEqual([]);
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
  const { scene } = await openFuzzScene();
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
  const stored = new Set(storedIn(await scene.entries()));
  for (const id of accepted) expect(stored).toContain(id);
});
