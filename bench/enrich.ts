import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { agentReader, cutAgent } from '../collector/agent.ts';
import { hintsOf } from '../collector/agent/hints.ts';
import { parseBatch } from '../collector/batch.ts';
import type { BrowserEvent } from '../collector/batch.ts';
import { enrich } from '../collector/enrich.ts';
import { places } from '../collector/places.ts';
import { rateLimits } from '../collector/rates.ts';
import { Refusal } from '../collector/refusal.ts';
import { judge } from '../collector/shield.ts';
import { limits } from '../core/limits.ts';
import { randomOf } from '../core/sample.contract.ts';
import { newSite } from '../core/site.ts';
import { inSingles, sampleVisits } from './data.ts';
import { asMarkdown, asText, shown, spreadOf, withFigures } from './report.ts';
import type { Table } from './report.ts';

/**
 * What the steps cost by which the collector makes of an event what it keeps: names, place, bots, source and channel, masking; beside
 * `JSON.parse` of the same event. With what it has seen before in memory, as on any running collector.
 *
 *     node bench/enrich.ts --write
 */

const EVENTS = 4000;
/** Each round is one figure: so many events, of which a single one is too short to be timed. */
const EVENTS_A_ROUND = 200;
const DAY_MS = 86_400_000;
const AIM_US = 40;
const COMMAND = 'node bench/enrich.ts --write';

interface Prepared {
  text: string;
  event: BrowserEvent;
  address: string;
  headers: Record<string, string>;
}

const { site } = newSite('bench.example', { hostnames: ['bench.example'] });
const readAgent = agentReader(limits.agentCacheMax);
const known = places({ file: undefined, limits, log: () => {} });
const rates = rateLimits({ ...limits, siteEventsPerMinuteMax: 1e12, visitorEventsPerMinuteMax: 1e12 }, Date.now);

function prepare(): Prepared[] {
  const visits = sampleVisits(randomOf(1), { from: Date.now() - DAY_MS, spanMs: DAY_MS, eventsMin: EVENTS });
  return inSingles(visits).flatMap(({ address, agent, language, batch }) => {
    const parsed = parseBatch(JSON.stringify(batch));
    if (parsed instanceof Refusal) throw new Error(parsed.message);
    const headers = { 'user-agent': agent, 'accept-language': language, ...hintsBy(agent) };
    return parsed.events.map(({ index, event }) => ({
      text: JSON.stringify(batch.events[index]),
      event,
      address,
      headers,
    }));
  });
}

/** The client hints that a browser of Chromium's sends unasked; none of the others. */
function hintsBy(agent: string): Record<string, string> {
  const major = /Chrome\/(\d+)/.exec(agent)?.[1];
  if (major === undefined) return {};
  const brand = agent.includes('Edg/') ? 'Microsoft Edge' : 'Google Chrome';
  const platform = agent.includes('Android') ? 'Android' : agent.includes('Windows') ? 'Windows' : 'macOS';
  return {
    'sec-ch-ua': `"${brand}";v="${major}", "Chromium";v="${major}", "Not A(Brand";v="24"`,
    'sec-ch-ua-mobile': agent.includes('Mobile') ? '?1' : '?0',
    'sec-ch-ua-platform': `"${platform}"`,
  };
}

/** All of it; answers something of each, so that nothing can be left out. */
function steps({ event, address, headers }: Prepared): number {
  const header = (name: string): string | null => headers[name] ?? null;
  const agent = readAgent(cutAgent(headers['user-agent'] ?? '', limits.userAgentCharsMax), hintsOf(header));
  const traits = { address, agent: headers['user-agent'] ?? '' };
  const place = known.of(address);
  const refusal = judge(site, { agent, traits, place, header }, { count: 1 }, rates);
  const enriched = enrich({ index: 0, event, time: event.time, day: 0, utc_offset: 0 }, 'v', undefined, site);
  return (refusal ? 1 : 0) + enriched.path.length + (place.country?.length ?? 0);
}

/** µs an event, by rounds. */
function measure(events: Prepared[], work: (one: Prepared) => number): number[] {
  const figures: number[] = [];
  let sum = 0;
  for (let from = 0; from + EVENTS_A_ROUND <= events.length; from += EVENTS_A_ROUND) {
    const some = events.slice(from, from + EVENTS_A_ROUND);
    const began = performance.now();
    for (const one of some) sum += work(one);
    figures.push(((performance.now() - began) * 1000) / some.length);
  }
  if (sum < 0) throw new Error('never');
  return figures;
}

const { values } = parseArgs({ options: { write: { type: 'boolean', default: false } } });
const events = prepare();
const parse = ({ text }: Prepared): number => (JSON.parse(text) as { name: string }).name.length;
// Once to have it compiled and known.
for (const work of [steps, parse]) measure(events, work);
const [own, parsed] = [spreadOf(measure(events, steps)), spreadOf(measure(events, parse))];
const table: Table = {
  title: 'The steps from a parsed event to what is kept',
  head: ['', 'µs/event, median', 'least', 'greatest', 'times `JSON.parse`'],
  rows: [
    [
      'names, place, bots, source, masking',
      shown(own.median),
      shown(own.min),
      shown(own.max),
      shown(own.median / parsed.median),
    ],
    ['`JSON.parse` of the event', shown(parsed.median), shown(parsed.min), shown(parsed.max), '1'],
  ],
  note: `Under ${AIM_US} µs were aimed at (${own.median < AIM_US ? 'met' : 'missed'}). Rounds of ${EVENTS_A_ROUND} events of ${events.length}.`,
};
console.log(asText([table]));
if (values.write) {
  const document = join(import.meta.dirname, '..', 'docs', 'performance.md');
  writeFileSync(document, withFigures(readFileSync(document, 'utf8'), asMarkdown([table]), COMMAND));
}
