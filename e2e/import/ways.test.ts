import { appendFileSync, copyFileSync, readFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { drained } from '../support/http.ts';
import { servers } from '../support/server.ts';
import type { Server } from '../support/server.ts';
import { until } from '../support/until.ts';
import { numbersOf, writeLog } from './scene.ts';

const { begin, folder, run, start } = servers();

const SITE = 'example.com';
const LINES = 600;

const importing = (data: string, ...args: string[]) => run(['import', '--site', SITE, ...args], { folder: data });

/** A folder into which a log was imported as it is, to compare with. */
async function reference(log: string, ...args: string[]) {
  const data = folder();
  expect(await importing(data, ...args, log)).toMatchObject({ code: 0, stderr: '' });
  return numbersOf(data, SITE);
}

async function viewsOf(server: Server): Promise<number> {
  const days = Array.from({ length: 7 }, (_, n) => `2026-10-${String(5 + n).padStart(2, '0')}`);
  const answers = days.map(async (date) => {
    const answer = await fetch(`${server.reporting}/stats?site_id=${SITE}&date=${date}`);
    return ((await answer.json()) as { total_views: number }).total_views;
  });
  return (await Promise.all(answers)).reduce((sum, views) => sum + views, 0);
}

describe('a file', () => {
  test('is the same under another name, compressed, grown, and on standard input', async () => {
    const data = folder();
    const log = writeLog(data, LINES);
    const whole = readFileSync(log);
    // At a midnight: the salt of an old day is gone when an import ends, so a day cut in two has more visitors.
    const half = whole.lastIndexOf('\n', whole.indexOf('[08/Oct')) + 1;
    const write = (name: string, content: Buffer): string => {
      writeFileSync(join(dirname(data), name), content);
      return join(dirname(data), name);
    };
    expect(await importing(data, write('half.log', whole.subarray(0, half)))).toMatchObject({ code: 0 });
    const grown = await importing(data, write('grown.log', whole));
    expect(grown.stdout).toMatch(/lines before them were imported earlier\n {2}taken +[1-9]/);
    const numbers = await numbersOf(data, SITE);
    expect(numbers).toEqual(await reference(log));

    const nothing = /: 0 lines\n .*600 lines before them.*\n {2}taken +0\n$/;
    expect((await importing(data, write('access.log.1', whole))).stdout).toMatch(nothing);
    expect((await importing(data, write('a.gz', gzipSync(whole)))).stdout).toMatch(nothing);
    const members = Buffer.concat([gzipSync(whole.subarray(0, half)), gzipSync(whole.subarray(half))]);
    expect((await importing(data, write('two.gz', members))).stdout).toMatch(nothing);
    expect((await importing(data, write('a.zst', zstdCompressSync(whole)))).stdout).toMatch(nothing);
    const input = await run(['import', '--site', SITE, '-'], { folder: data, input: gzipSync(whole) });
    expect(input.stdout).toMatch(nothing);
    expect(await numbersOf(data, SITE)).toEqual(numbers);
  });

  test('with the same first line and another rest is another one', async () => {
    const data = folder();
    const log = writeLog(data, LINES);
    const lines = readFileSync(log, 'utf8').split('\n');
    const other = join(dirname(data), 'other.log');
    writeFileSync(other, [lines[0], ...lines.slice(300)].join('\n'));
    await importing(data, log);
    const before = await numbersOf(data, SITE);
    expect((await importing(data, other)).stdout).toMatch(/other.log: 301 lines\n {2}taken +[1-9]/);
    expect((await numbersOf(data, SITE)).pageviews).toBeGreaterThan(before.pageviews);
    for (const again of [log, other]) expect((await importing(data, again)).stdout).toMatch(/taken +0\n/);
  });

  test('whose last line is not whole leaves that for the next time', async () => {
    const data = folder();
    const log = writeLog(data, LINES);
    const whole = readFileSync(log);
    truncateSync(log, whole.length - 30);
    expect((await importing(data, log)).stdout).toMatch(/599 lines[^]*the last line is not whole/);
    writeFileSync(log, whole);
    expect((await importing(data, log)).stdout).toMatch(/: 1 lines\n {2}599 lines before them/);
    expect(await numbersOf(data, SITE)).toEqual(await reference(log));
  });

  test('that is damaged is told so, what came before it is counted, and the whole one goes on', async () => {
    const data = folder();
    const log = writeLog(data, 20_000);
    const packed = gzipSync(readFileSync(log));
    const broken = `${log}.gz`;
    writeFileSync(broken, packed.subarray(0, packed.length / 2));
    const outcome = await importing(data, broken);
    expect(outcome).toMatchObject({ code: 1, stderr: expect.stringMatching(/access.log.gz is damaged: .*\.\n$/) });
    writeFileSync(broken, packed);
    expect((await importing(data, broken)).stdout).toMatch(/lines before them were imported earlier/);
    expect(await numbersOf(data, SITE)).toEqual(await reference(log));
  });

  test('imported by two at the same time counts once', async () => {
    const data = folder();
    const log = writeLog(data, 6000);
    const server = await start({ folder: data });
    const outcomes = await Promise.all([importing(data, log), importing(data, log), importing(data, log)]);
    const failed = outcomes.filter(({ code }) => code !== 0);
    expect(failed.length).toBeLessThan(3);
    for (const { stderr } of failed) expect(stderr).toMatch(/another import of this file has taken over/);
    await server.end('SIGTERM');
    expect(await numbersOf(data, SITE)).toEqual(await reference(log));
  });

  test('with other choices is refused once it is imported, for it would count lines twice', async () => {
    const data = folder();
    const log = writeLog(data, LINES);
    expect((await importing(data, '--path', '/blog/*', log)).code).toBe(0);
    const { views } = await numbersOf(data, SITE);
    expect([...views.keys()].every((key) => / \/blog\//.test(key))).toBe(true);
    expect(await importing(data, log)).toMatchObject({ code: 1, stderr: expect.stringContaining('other choices') });
    expect((await importing(data, '--path', '/blog/*', log)).stdout).toMatch(/taken +0\n/);
  });
});

describe('choices', () => {
  test('leave out what they are to leave out', async () => {
    const data = folder();
    const log = writeLog(data, LINES);
    const missing = await numbersFor(data, log, '--status', '404');
    const shown = await numbersFor(data, log);
    expect(missing.pageviews).toBeGreaterThan(0);
    expect(shown.ids.filter((id) => missing.ids.includes(id))).toEqual([]);
    const without = await numbersFor(data, log, '--path', '!/docs/*', '--path', '!/');
    expect([...without.views.keys()].some((key) => / \/(docs\/.*)?$/.test(key))).toBe(false);
    expect(without.pageviews).toBeGreaterThan(0);
    const host = await importing(folder(), '--host', 'example.com', log);
    expect(host.stdout).toMatch(/taken +0\n[^]*filter +600/);
  });

  async function numbersFor(data: string, log: string, ...args: string[]) {
    const own = join(dirname(data), `data-${args.join('').replace(/\W/g, '')}`);
    expect(await importing(own, ...args, log)).toMatchObject({ code: 0, stderr: '' });
    return numbersOf(own, SITE);
  }
});

describe('beside a running server', () => {
  test('it goes through the queue of that server, which counts at once', async () => {
    const data = folder();
    const log = writeLog(data, LINES);
    const expected = await reference(log);
    const server = await start({ folder: data });
    expect(await importing(data, log)).toMatchObject({ code: 0, stderr: '' });
    expect(await viewsOf(server)).toBe(expected.pageviews);
    await server.end('SIGTERM');
    expect(await numbersOf(data, SITE)).toEqual(expected);
  });

  test('a file that grows and is rotated is followed, by renaming and by truncating', async () => {
    const data = folder();
    const all = writeLog(data, LINES);
    const whole = readFileSync(all);
    const cut = (share: number): number => whole.indexOf('\n', whole.length * share) + 1;
    const [a, b, c, d] = [cut(0.2), cut(0.4), cut(0.6), cut(0.8)] as const;
    const log = join(dirname(data), 'followed.log');
    const expected = (await reference(all)).pageviews;
    const server = await start({ folder: data });
    writeFileSync(log, whole.subarray(0, a));
    const following = begin(['import', '--site', SITE, '--follow', log], { folder: data });
    const grown = async (what: string, before: number): Promise<number> => {
      const at = await until(what, async () => {
        const views = await viewsOf(server);
        return views > before && views;
      });
      return at;
    };
    let views = await grown('the first lines', 0);
    // In the middle of a line, and its rest.
    appendFileSync(log, whole.subarray(a, b - 20));
    views = await grown('what was appended', views);
    renameSync(log, `${log}.1`);
    appendFileSync(`${log}.1`, whole.subarray(b - 20, c));
    writeFileSync(log, whole.subarray(c, d));
    views = await grown('what came after the rotation', views);
    await until('all of both files', async () => (await viewsOf(server)) === (await countOf(whole.subarray(0, d))));
    copyFileSync(log, `${log}.2`);
    truncateSync(log, 0);
    appendFileSync(log, whole.subarray(d));
    await until('all', async () => (await viewsOf(server)) === expected);
    const { code, stdout } = await following.end('SIGINT');
    expect(code).toBe(0);
    expect(stdout.match(/followed.log: /g)).toHaveLength(3);
    expect((await importing(data, `${log}.1`, `${log}.2`, log)).stdout.match(/taken +0\n/g)).toHaveLength(3);
    await server.end('SIGTERM');
    expect((await numbersOf(data, SITE)).pageviews).toBe(expected);
  });

  /** How many page views some lines hold. */
  async function countOf(lines: Buffer): Promise<number> {
    const { stdout } = await run(['import', '--dry-run', '-'], { folder: folder(), input: lines });
    return Number(/taken +([\d,]+)/.exec(stdout)?.[1]?.replaceAll(',', ''));
  }

  test('live traffic goes on beside it', async () => {
    const data = folder();
    const log = writeLog(data, 20_000);
    const server = await start({ folder: data });
    const running = importing(data, log);
    const now = new Date().toISOString();
    const sent = [];
    for (let n = 0; n < 50; n++) {
      const body = JSON.stringify({ site_id: SITE, event_type: 'page_view', path: '/live', timestamp: now });
      sent.push(await fetch(`${server.collector}/event`, { method: 'POST', body }));
    }
    expect(sent.every(({ status }) => status === 202)).toBe(true);
    expect((await running).code).toBe(0);
    await drained(server.collector);
    const answer = await fetch(`${server.reporting}/stats?site_id=${SITE}&date=${now.slice(0, 10)}`);
    expect(await answer.json()).toMatchObject({ total_views: 50 });
  });
});

describe('a dry run', () => {
  test('tells what would be taken and writes nothing, not even a folder', async () => {
    const data = folder();
    const log = writeLog(data, LINES);
    const dry = await run(['import', '--dry-run', log], { folder: data });
    const { stdout } = await importing(data, log);
    expect(dry).toMatchObject({ code: 0, stderr: '' });
    const [table] = stdout.split('Start Footfall, and see them at ');
    expect(dry.stdout).toBe(table?.replace('600 lines', '600 lines, nothing written'));
    expect(stdout).toMatch(/see them at http:\S+\/\?site=example.com&range=2026-10-05..2026-10-11\n$/);
    const other = folder();
    await run(['import', '--dry-run', log], { folder: other });
    await expect(numbersOf(other, SITE)).resolves.toMatchObject({ pageviews: 0 });
  });
});
