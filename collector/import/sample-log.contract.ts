import type { Random } from '../../core/sample.contract.ts';

/** Lines of a web server's log in the combined format, made by chance that can be had again: for tests and measurements. */

const AGENTS = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15',
  'Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36',
];
const BOT = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)';
const REFERRERS = ['-', '-', 'https://www.google.com/', 'https://news.ycombinator.com/item?id=1', 'https://t.co/x'];
const ASSETS = ['/style.css', '/app.js', '/logo.svg', '/photo.jpg'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export interface SampleLogOptions {
  lines: number;
  /** ms since 1970 of the first line. */
  from: number;
  /** Days that the lines go on for. */
  days: number;
  /** Visitors who are there at the same time, of whom some leave and others come. */
  visitors: number;
}

/**
 * Requests of visitors who read some pages with what belongs to them, among bots, errors and redirects. About one line in
 * four is a page view. In the order of time.
 *
 * @example
 * const log = [...sampleLog(randomOf(1), { lines: 1000, from: Date.UTC(2026, 9, 1), days: 31, visitors: 50 })].join('');
 */
export function* sampleLog(random: Random, options: SampleLogOptions): Generator<string> {
  const { lines, from, days, visitors } = options;
  const newVisitor = () => ({
    address: `${1 + random.below(200)}.${random.below(256)}.${random.below(256)}.${random.below(256)}`,
    agent: random.pick(AGENTS),
    referrer: random.pick(REFERRERS),
  });
  const present = Array.from({ length: visitors }, newVisitor);
  const at = (n: number): string => logTime(from + Math.floor((n * days * 86_400_000) / lines));
  let queued: string[] = [];
  for (let made = 0; made < lines; made++) {
    if (queued.length === 0) queued = requestsOf(random, present, newVisitor);
    const [address = '', rest = ''] = (queued.shift() ?? '').split('|', 2);
    yield `${address} - - [${at(made)}] ${rest}\n`;
  }
}

interface SampleVisitor {
  address: string;
  agent: string;
  referrer: string;
}

/** A page and what belongs to it, of one of those who are there, or of a bot: each as `address|rest of the line`. */
function requestsOf(random: Random, present: SampleVisitor[], newVisitor: () => SampleVisitor): string[] {
  const line = ({ address, agent, referrer }: SampleVisitor, path: string, status: number): string =>
    `${address}|"GET ${path} HTTP/1.1" ${status} ${random.below(90_000)} "${referrer}" "${agent}"`;
  const path = pathOf(random);
  if (random.chance(0.15)) {
    return [line({ address: `66.249.66.${random.below(256)}`, agent: BOT, referrer: '-' }, path, 200)];
  }
  const n = random.below(present.length);
  const who = (random.chance(0.1) ? undefined : present[n]) ?? newVisitor();
  const page = line(who, path, random.pick([200, 200, 200, 200, 200, 200, 304, 301, 404]));
  present[n] = { ...who, referrer: `https://example.com${path}` };
  const assets = Array.from({ length: random.below(4) }, () => line(present[n] ?? who, random.pick(ASSETS), 200));
  return [page, ...assets];
}

function pathOf(random: Random): string {
  return random.pick(['/', '/pricing', `/blog/${random.below(300)}`, `/docs/${random.below(60)}?q=${random.below(9)}`]);
}

function logTime(time: number): string {
  const iso = new Date(time).toISOString();
  const month = MONTHS[Number(iso.slice(5, 7)) - 1] ?? '';
  return `${iso.slice(8, 10)}/${month}/${iso.slice(0, 4)}:${iso.slice(11, 19)} +0000`;
}
