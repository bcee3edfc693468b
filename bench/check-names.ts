import { agentReader, cutAgent } from '../collector/agent.ts';
import { botAgents, browserAgents, figuresOf } from '../collector/agent/figures.reference.ts';
import { hintsOf } from '../collector/agent/hints.ts';
import { hostileAgents } from '../collector/agent/hostile.reference.ts';
import { limits } from '../core/limits.ts';

/** `npm run check:names`: how well browsers, systems, devices and bots are told on real user agents, and how fast. */

const THOUSAND = 1000;
const ROUNDS = 5;
/** Characters of a user agent that is too long. */
const LONG = 2048;

const figures = figuresOf(agentReader(limits.agentCacheMax));
const { browsers, flagged, bots, missed, mainstream, named, namedWithVersions } = figures;
const { visits, devices, honest, systems } = figures;

say(
  `${count(browsers)} user agents of browsers: ${flagged.length} taken for bots (${percent(flagged.length, browsers)})`,
);
for (const userAgent of flagged) say(`    ${userAgent}`);
say(
  `${count(bots)} user agents of bots: ${count(bots - missed.length)} found (${percent(bots - missed.length, bots)}); missed:`,
);
for (const userAgent of missed) say(`    ${userAgent}`);
say(`${mainstream} mainstream user agents, labelled by hand: browser, system and device right in ${named}`);
say(`    (${percent(named, mainstream)}), both versions as well in ${namedWithVersions}`);
say(`${count(visits)} visits: device as recorded in ${count(devices)} (${percent(devices, visits)}),`);
say(`    system as navigator.platform says in ${count(systems)} of ${count(honest)} (${percent(systems, honest)})`);

const sample = browserAgents();
const header = headerOf('"Chromium";v="154", "Google Chrome";v="154", "Not;A Brand";v="99"');
const warm = agentReader(sample.length);
for (const userAgent of sample) warm(userAgent, hintsOf(header));
const again = timed(sample, (userAgent) => warm(userAgent, hintsOf(header)));
say(`a browser that is known, with hints: ${micros(median(again))} (median)`);
say(`a browser that is new: ${micros(median(timed(sample, agentReader(1))))} (median)`);
say(`a bot that is new: ${micros(median(timed(botAgents(), agentReader(1))))} (median)`);
for (const charsMax of [limits.userAgentCharsMax, LONG]) {
  const read = agentReader(1);
  const hostile = timed(hostileAgents(charsMax), (userAgent) => read(cutAgent(userAgent, limits.userAgentCharsMax)));
  say(
    `a hostile one of ${charsMax} characters: ${micros(median(hostile))} (median), ${micros(Math.max(...hostile))} (worst)`,
  );
}

/** ms of each, the shortest of some rounds: what is longer is the machine's. */
function timed(userAgents: string[], read: (userAgent: string) => unknown): number[] {
  const best = userAgents.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [at, userAgent] of userAgents.entries()) {
      const from = performance.now();
      read(userAgent);
      best[at] = Math.min(best[at] ?? 0, performance.now() - from);
    }
  }
  return best;
}

function headerOf(brands: string): (name: string) => string | null {
  const headers = new Map([
    ['sec-ch-ua', brands],
    ['sec-ch-ua-mobile', '?0'],
    ['sec-ch-ua-platform', '"Windows"'],
  ]);
  return (name) => headers.get(name) ?? null;
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}

function micros(ms: number): string {
  return `${(ms * THOUSAND).toFixed(1)} µs`;
}

function percent(part: number, whole: number): string {
  return `${((100 * part) / whole).toFixed(2)} %`;
}

function count(value: number): string {
  return value.toLocaleString('en');
}

function say(line: string): void {
  console.log(line);
}
