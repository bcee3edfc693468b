import { execFileSync } from 'node:child_process';
import { isbot } from 'isbot';
import { describe, expect, test } from 'vitest';
import { eventsOf, withStore } from '../support/contents.ts';
import { servers } from '../support/server.ts';
import { numbersOf, realLogs } from './scene.ts';

/** The two real logs, where they are there, against counts that share no code with the import. */

const { folder, run } = servers();

/**
 * Client, path and user agent of the page views of a log, by awk: GET, 2xx or 304, no ending of a picture and the like.
 * Quotes part the fields; a line with a wrong number of them is broken.
 */
const AWK = String.raw`
BEGIN { FS = "\""; OFS = "\t" }
NF != 3 && NF != 7 { next }
{
  split($1, who, " "); split($2, request, " "); split($3, answer, " ")
  status = answer[1]
  if (!(status ~ /^2/ || status == "304") || request[1] != "GET") next
  path = request[2]; sub(/[?#].*/, "", path)
  if (tolower(path) ~ /\.(css|js|mjs|map|json|webmanifest|wasm|xml|rss|atom|rdf|xsl|txt|csv|log|png|jpg|jpeg|gif|webp|avif|ico|svg|bmp|xbm|tif|tiff|eps|psd|woff|woff2|ttf|otf|eot|mp3|mp4|m4a|m4v|mov|avi|mpg|mpeg|ogg|oga|ogv|wav|flac|webm|swf|flv|ts|m3u8|pdf|ps|doc|docx|xls|xlsx|ppt|pptx|odt|ods|odp|rtf|epub|zip|gz|tgz|bz2|xz|zst|tar|rar|7z|jar|war|exe|msi|dmg|iso|deb|rpm|apk|bin)$/) next
  print who[1], path, (NF == 7 ? $6 : "none"), who[4]
}`;

interface Page {
  client: string;
  path: string;
  agent: string;
  /** `[01/Aug/1995:00:00:04` */
  when: string;
}

function pagesBy(awk: string, lines: string[]): Page[] {
  const output = execFileSync('awk', [awk], { input: `${lines.join('\n')}\n`, maxBuffer: 1 << 28 }).toString();
  return output
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [client = '', path = '', agent = '', when = ''] = line.split('\t');
      return { client, path, agent, when };
    });
}

function countBy(keys: string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return new Map([...counts].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

async function storedPaths(data: string): Promise<Map<string, number>> {
  return countBy(await withStore(data, async (store) => (await eventsOf(store)).map(({ path }) => path)));
}

describe.runIf(realLogs.nasa.exists)('the log of the Kennedy Space Center', () => {
  test('lines, page views, hosts and pages equal an independent count; visits and visitors a naive one', async () => {
    const lines = realLogs.nasa.lines();
    const pages = pagesBy(AWK, lines);
    const data = folder();
    const { code, stdout } = await run(['import', '--site', 'ksc', realLogs.nasa.file], { folder: data });
    expect(code).toBe(0);
    expect(stdout).toContain(`${lines.length.toLocaleString('en')} lines`);
    expect(stdout).toMatch(new RegExp(`taken +${pages.length.toLocaleString('en')} `));
    expect(await storedPaths(data)).toEqual(countBy(pages.map(({ path }) => path)));

    // All of it is one day in UTC, and the log tells no user agents: a visitor is a host.
    const numbers = await numbersOf(data, 'ksc');
    const hosts = Map.groupBy(pages, ({ client }) => client.toLowerCase());
    expect(numbers.pageviews).toBe(pages.length);
    expect(numbers.visitors).toBe(hosts.size);
    expect(numbers.visits.length).toBe([...hosts.values()].reduce((sum, own) => sum + naiveVisits(own), 0));
    expect(numbers.visitors).toBeGreaterThan(1000);
    expect(numbers.visits.length).toBeGreaterThan(numbers.visitors);
  });
});

/** A visit goes on as long as less than half an hour lies between two page views. */
function naiveVisits(pages: Page[]): number {
  const seconds = pages.map(({ when }) => {
    const [hours = 0, minutes = 0, rest = 0] = when.slice(13).split(':').map(Number);
    return hours * 3600 + minutes * 60 + rest;
  });
  seconds.sort((a, b) => a - b);
  return seconds.filter((second, n) => n === 0 || second - (seconds[n - 1] ?? 0) > 1800).length;
}

describe.runIf(realLogs.semicomplete.exists)("a blog's log", () => {
  test('lines, page views, addresses, pages and bots equal an independent count', async () => {
    const lines = realLogs.semicomplete.lines();
    const all = pagesBy(AWK, lines);
    const pages = all.filter(({ agent }) => agent !== '-' && !isbot(agent));
    const data = folder();
    const outcome = await run(['import', '--site', 'semicomplete.com', realLogs.semicomplete.file], { folder: data });
    expect(outcome.code).toBe(0);
    expect(outcome.stdout).toContain(`${lines.length.toLocaleString('en')} lines`);
    expect(outcome.stdout).toMatch(new RegExp(`taken +${pages.length.toLocaleString('en')} `));
    expect(outcome.stdout).toMatch(new RegExp(`bot +${(all.length - pages.length).toLocaleString('en')} `));
    expect(outcome.stdout).toMatch(/broken +1 .*first in line 8899/);
    expect(await storedPaths(data)).toEqual(countBy(pages.map(({ path }) => path)));
    const visitors = new Set(pages.map(({ client, agent, when }) => `${when.slice(0, 12)} ${client} ${agent}`));
    expect((await numbersOf(data, 'semicomplete.com')).visitors).toBe(visitors.size);
  });
});
