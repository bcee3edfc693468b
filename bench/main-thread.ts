import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { acceptBatch } from '../collector/answer.ts';
import { startTracingBrowser } from './main-thread-browser.ts';
import { scriptTime } from './main-thread-trace.ts';
import type { ScriptTime } from './main-thread-trace.ts';
import { openPanelScript, plausibleScript } from './other-scripts.ts';
import { asMarkdown, asText, shown, shownSpread, spreadOf, withFigures } from './report.ts';
import type { Spread, Table } from './report.ts';

/**
 * The time that the script takes of a page's main thread while it loads, beside that of other trackers on the same page: from the
 * trace of a Chromium whose CPU is slowed four times. Each run is a new profile, so nothing is compiled yet; they take turns.
 *
 *     node bench/main-thread.ts --runs 100 --write
 */

/** ms after the page has loaded, in which what a script puts off is still its own. */
const AFTER_LOAD_MS = 2000;
/** More than the load itself takes. */
const LOAD_MS_MAX = 1000;
const HOST = 'shop.test';
const REFERENCE = 'Plausible';
/** Whose ratio to it has a bound. */
const AIMED = '`s.js`';
const RATIO_MAX = 1;
const COMMAND = 'node bench/main-thread.ts --write';

const root = join(import.meta.dirname, '..');
const performanceDocument = join(root, 'docs', 'performance.md');

interface Script {
  /** What it is called in the table. */
  name: string;
  path: string;
  code: string;
}

async function scripts(): Promise<Script[]> {
  const ours = (file: string): string => readFileSync(join(root, 'sdk', 'dist', file), 'utf8');
  return [
    { name: AIMED, path: '/s.js', code: ours('s.js') },
    { name: '`s.core.js`', path: '/s.core.js', code: ours('s.core.js') },
    { name: REFERENCE, path: '/plausible.js', code: await plausibleScript('/api/event') },
    { name: 'OpenPanel', path: '/openpanel.js', code: await openPanelScript('/openpanel') },
  ];
}

/** An ordinary page: some text, links to here, elsewhere and to a file, a form. */
function page(path: string): string {
  const paragraphs = Array.from({ length: 40 }, (_, n) => `<p>Paragraph ${n}. <a href="/page-${n}">On</a></p>`).join(
    '',
  );
  return `<!doctype html><html lang="en"><head><title>Shop</title>
    <script defer src="${path}" data-site="shop.example"></script></head><body><h1>Shop</h1>${paragraphs}
    <a href="https://example.com/">Elsewhere</a> <a href="/guide.pdf">Guide</a>
    <form action="/search"><input name="q"><button>Search</button></form></body></html>`;
}

/** The site, its scripts, and a door that answers as a collector does. */
async function serve(all: Script[]): Promise<{ port: number; close: () => void }> {
  const server = createServer((request, response) => {
    request.resume();
    const path = request.url ?? '/';
    const script = all.find((one) => one.path === path);
    if (script) response.writeHead(200, { 'content-type': 'text/javascript' }).end(script.code);
    else if (request.method === 'GET')
      response.writeHead(200, { 'content-type': 'text/html' }).end(page(path.slice('/for'.length)));
    else {
      const { status, headers, body } = acceptBatch(1, Date.now(), []);
      response.writeHead(status, headers).end(body);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Ratios are those of one round, in which each had its turn. */
function tableOf(figures: Map<string, ScriptTime[]>): Table {
  const reference = figures.get(REFERENCE) ?? [];
  const ratioOf = (each: ScriptTime[]): Spread =>
    spreadOf(each.map(({ own }, run) => own / (reference[run]?.own ?? own)));
  const isMet = ratioOf(figures.get(AIMED) ?? []).median < RATIO_MAX;
  return {
    title: `Time of the main thread, with the CPU slowed ${values.slowed} times`,
    head: ['', 'ms', `times ${REFERENCE}'s`, 'ms of layout asked for'],
    rows: [...figures].map(([name, each]) => [
      name,
      shownSpread(spreadOf(each.map(({ own }) => own))),
      name === REFERENCE ? '1' : shownSpread(ratioOf(each)),
      shown(spreadOf(each.map(({ layout }) => layout)).median),
    ]),
    note: `Medians of ${reference.length} runs each, in turn (least to greatest). ${AIMED} below ${RATIO_MAX} was aimed at: ${isMet ? 'met' : 'missed'}.`,
  };
}

const { values } = parseArgs({
  options: {
    slowed: { type: 'string', default: '4' },
    runs: { type: 'string', default: '100' },
    write: { type: 'boolean', default: false },
  },
});
const all = await scripts();
const { port, close } = await serve(all);
const origin = `http://${HOST}:${port}`;
const browser = await startTracingBrowser(Number(values.slowed));
try {
  const figures = new Map<string, ScriptTime[]>(all.map(({ name }) => [name, []]));
  // The first run of each only warms the browser up.
  for (let run = 0; run <= Number(values.runs); run++) {
    // What stands behind another may find a machine that is warmer for it.
    for (const { name, path } of run % 2 === 0 ? all : all.toReversed()) {
      const trace = await browser.load(`${origin}/for${path}`, LOAD_MS_MAX + AFTER_LOAD_MS);
      if (run > 0) figures.get(name)?.push(scriptTime(trace, origin + path, AFTER_LOAD_MS));
    }
  }
  const table = tableOf(figures);
  console.log(asText([table]));
  if (values.write) {
    const document = readFileSync(performanceDocument, 'utf8');
    writeFileSync(performanceDocument, withFigures(document, asMarkdown([table]), COMMAND));
  }
} finally {
  await browser.close();
  close();
}
