/** The made-up site: its pages, where its visitors come from, and what they browse with. */

/** Pages that are viewed in a day. */
export const PAGES = 5000;

const SECTIONS = ['blog', 'docs', 'products', 'help', 'news'];
const WORDS = ['garden', 'harbour', 'winter', 'recipe', 'signal', 'ledger', 'meadow', 'engine', 'lantern', 'compass'];

/** The n-th page, from 0. */
export function pageAt(n: number): { url: string; title: string } {
  if (n === 0) return { url: 'https://bench.example/', title: 'Bench Example' };
  const first = WORDS[n % 10] ?? '';
  const second = WORDS[Math.floor(n / 10) % 10] ?? '';
  const path = `${SECTIONS[n % 5] ?? ''}/${first}-${second}-${n}`;
  return { url: `https://bench.example/${path}`, title: `The ${first} and the ${second}, part ${n} · Bench Example` };
}

/** A handful of ordinary browsers. */
export const browsers = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15',
  'Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36',
];

export const languages = ['en-US', 'en-GB', 'de-DE', 'fr-FR', 'es-ES', 'pt-BR'];

export const referrers = [
  'https://www.google.com/',
  'https://www.google.de/',
  'https://duckduckgo.com/',
  'https://www.bing.com/',
  'https://news.ycombinator.com/item?id=4242',
  'https://www.reddit.com/r/example/',
  'https://partner.example/links/useful',
  'https://t.co/a1b2c3d4',
];

/** Custom events, each with what comes with it. */
export const customEvents = [
  { name: 'signup', props: { plan: 'team', seats: 5, trial: true } },
  { name: 'download', props: { file: 'guide.pdf' } },
  { name: 'search', props: { words: 2, results: 14 } },
  { name: 'video_progress', props: { percent: 50 }, interactive: false },
];
