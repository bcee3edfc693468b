import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseEnv } from 'node:util';
import { expect, test } from 'vitest';
import { newId } from '../../core/id.ts';
import { ordinaryAgent } from '../browser/browser.ts';
import { freePort } from '../package/project.ts';
import { postFrom } from '../standard/compose/post-from.ts';
import { eventsOf } from '../support/contents.ts';
import { deployment } from '../support/deployment.ts';
import type { Data } from '../support/deployment.ts';
import { drained } from '../support/http.ts';
import { proxyPrograms } from './proxy-programs.ts';

/** A collector behind Cloudflare's proxy, with the settings of `examples/proxies`; what Cloudflare would send, the test sends. */

const read = (file: string): string => readFileSync(fileURLToPath(new URL(`../../${file}`, import.meta.url)), 'utf8');
const settings = parseEnv(read('examples/proxies/cloudflare.env')) as Record<string, string>;
const ranges = settings.TRUSTED_PROXIES!.split(',');
const { newData, start, withStore } = deployment();
const { nginx, caddy } = proxyPrograms();

/** A range of Cloudflare's, and one of this machine that is taken for another of them: from there the test can connect. */
const [REAL, LOCAL] = ['173.245.48.0/20', '127.45.48.0/20'];
const [EDGE, OTHER_EDGE, STRANGER] = ['127.45.48.1', '127.45.63.254', '127.45.64.1'];
/** In Switzerland, by the file that comes with Footfall. */
const [VISITOR, OTHER, VISITOR_V6] = ['84.73.0.1', '84.73.0.2', '2a02:1205::1'];

/** A page view as it comes to the collector, or to the proxy before it. */
interface View {
  /** What it shows; the page's path. */
  title: string;
  from: string;
  /** Cloudflare adds whom it heard to what came. */
  forwarded: string;
  /** Cloudflare's word for the visitor's country; `DE` if nothing is said, null for none. */
  told?: string | null;
  /** The visitor that it is to be, by any name, and where. */
  who: string;
  country: string | undefined;
}

/** The headers that Cloudflare documents for requests to an origin. */
function headersOf({ forwarded, told = 'DE' }: View): Record<string, string> {
  return {
    'content-type': 'text/plain;charset=UTF-8',
    'user-agent': ordinaryAgent(),
    'accept-language': 'de',
    'accept-encoding': 'gzip, br',
    'cdn-loop': 'cloudflare; loops=1',
    'cf-connecting-ip': forwarded.split(', ').at(-1)!,
    'cf-ray': '230b030023ae2822-SJC',
    'cf-visitor': '{"scheme":"https"}',
    'x-forwarded-for': forwarded,
    'x-forwarded-proto': 'https',
    ...(told === null ? {} : { 'cf-ipcountry': told }),
  };
}

/** Sends them to a door, and expects each to be of whom and where it is to be. */
async function expectTold(data: Data, collector: string, door: string, views: View[]): Promise<void> {
  for (const view of views) {
    const url = `https://example.com/${encodeURIComponent(view.title)}`;
    const time = Date.now();
    const body = JSON.stringify({
      site: 'example.com',
      sent: time,
      events: [{ id: newId(), name: 'pageview', time, url }],
    });
    const answer = await postFrom(door, { body, headers: headersOf(view), from: view.from });
    expect([view.title, answer]).toEqual([view.title, { status: 202, body: expect.stringContaining('"accepted":1') }]);
  }
  await drained(collector);
  const stored = await withStore(data, eventsOf);
  const seen = views.map(({ title, who }) => {
    const event = stored.find(({ path }) => decodeURIComponent(path.slice(1)) === title)!;
    return { title, who, visitor: event.visitor!, country: event.context.country };
  });
  const idOf = new Map(seen.map(({ who, visitor }) => [who, visitor]));
  expect(new Set(idOf.values()).size).toBe(idOf.size);
  expect(seen).toEqual(views.map(({ title, who, country }) => ({ title, who, visitor: idOf.get(who), country })));
}

/** What is so however many proxies of one's own are behind Cloudflare. */
const views: View[] = [
  { title: 'through an edge', from: EDGE, forwarded: VISITOR, who: 'a', country: 'DE' },
  { title: 'through another edge', from: OTHER_EDGE, forwarded: VISITOR, who: 'a', country: 'DE' },
  { title: 'another visitor', from: EDGE, forwarded: OTHER, who: 'b', country: 'DE' },
  { title: 'a forged first hop', from: EDGE, forwarded: `${OTHER}, ${VISITOR}`, who: 'a', country: 'DE' },
  { title: 'forged edges', from: EDGE, forwarded: `${OTHER}, 173.245.48.9, ${VISITOR}`, who: 'a', country: 'DE' },
  { title: 'IPv6', from: EDGE, forwarded: VISITOR_V6, who: 'c', country: 'DE' },
  { title: 'no known country', from: EDGE, forwarded: VISITOR, told: 'XX', who: 'a', country: undefined },
  { title: 'Tor', from: EDGE, forwarded: VISITOR, told: 'T1', who: 'a', country: undefined },
  { title: 'told no country', from: EDGE, forwarded: VISITOR, told: null, who: 'a', country: 'CH' },
  { title: 'past Cloudflare', from: STRANGER, forwarded: VISITOR, who: 'stranger', country: undefined },
  { title: 'with an edge', from: STRANGER, forwarded: `${VISITOR}, ${EDGE}`, who: 'stranger', country: undefined },
];

const withLocal = (...more: string[]) => ({ ...settings, TRUSTED_PROXIES: [...ranges, LOCAL, ...more].join(',') });

test('behind Cloudflare a visitor is whom it names, in the country that it names; who is not Cloudflare names nobody', async () => {
  const data = await newData();
  const { collector } = await start(data, withLocal());
  await expectTold(data, collector, `${collector}/e`, views);
});

test('every range of the settings is passed over, and nothing beside them', async () => {
  const data = await newData();
  const { collector } = await start(data, { ...settings, TRUSTED_PROXIES: `${settings.TRUSTED_PROXIES},127.0.0.1` });
  const behind = (edge: string, who: string): View => ({
    title: `behind ${edge}`,
    from: '127.0.0.1',
    forwarded: `8.8.8.8, ${VISITOR}, ${edge}`,
    who,
    country: 'DE',
  });
  const edges = ranges.map((range) => range.replace(/0?\/\d+$/, '1'));
  const beside = ['173.245.64.1', '104.15.255.254', '2606:4701::1'];
  const all = [...edges.map((edge) => behind(edge, 'a')), ...beside.map((address) => behind(address, address))];
  await expectTold(data, collector, `${collector}/e`, all);
});

/** Cloudflare, then one of these, then the collector. */
const serving: Record<string, (collector: string, port: number) => Promise<void>> = {
  nginx: (collector, port) => {
    const config = read('examples/proxies/cloudflare-nginx.conf')
      .replace(`${REAL} 1;`, `$& ${LOCAL} 1;`)
      .replace('listen 443 ssl;', `listen 127.0.0.1:${port};`)
      .replaceAll(/ssl_certificate.*/g, '')
      .replace('http://127.0.0.1:3001', collector);
    return nginx(port, config, '/healthz');
  },
  caddy: (collector, port) => {
    const config = read('examples/proxies/cloudflare-Caddyfile')
      .replace(REAL, `$& ${LOCAL}`)
      .replace('stats.example.com', `http://127.0.0.1:${port}`)
      .replaceAll('127.0.0.1:3001', new URL(collector).host);
    return caddy(port, config, '/healthz');
  },
};

test.each(Object.keys(serving))('so it is with %s between Cloudflare and the collector', async (name) => {
  const data = await newData();
  const { collector } = await start(data, withLocal('127.0.0.1'));
  const port = await freePort();
  await serving[name]!(collector, port);
  await expectTold(data, collector, `http://127.0.0.1:${port}/e`, views);
});

test('the ranges are the same in each example, and the settings in the document', () => {
  for (const file of ['cloudflare-nginx.conf', 'cloudflare-Caddyfile']) {
    const text = read(`examples/proxies/${file}`);
    const named = [...text.matchAll(/[\da-f.:]+\/\d+/g)].map(([range]) => range);
    expect(named.filter((range) => !range.endsWith('/0'))).toEqual(ranges);
  }
  const shown = read('examples/proxies/cloudflare.env').replaceAll(/^#.*\n/gm, '');
  expect(read('docs/operations.md').includes(`\`\`\`sh\n${shown}\`\`\``)).toBe(true);
});
