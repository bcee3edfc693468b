import { describe, expect, test } from 'vitest';
import type { Hit } from '../../collector/import/hit.ts';
import { IMPORT_USAGE, readImportArguments } from './arguments.ts';

const hit: Hit = {
  client: '192.0.2.1',
  time: 0,
  method: 'GET',
  target: '/',
  status: 200,
  referrer: undefined,
  agent: undefined,
  host: 'example.com',
  language: undefined,
};

describe('readImportArguments', () => {
  test('files, and nothing chosen', () => {
    expect(readImportArguments(['a.log', 'b.log'])).toMatchObject({
      files: ['a.log', 'b.log'],
      site: undefined,
      hostname: undefined,
      follow: false,
      dryRun: false,
      chosen: '{}',
    });
  });

  test('all that there is', () => {
    const args = ['--site', 'a', '--hostname=Example.com', '--follow', 'a.log'];
    expect(readImportArguments(args)).toMatchObject({
      files: ['a.log'],
      site: 'a',
      hostname: 'Example.com',
      follow: true,
      dryRun: false,
    });
    expect(readImportArguments(['--dry-run', '-'])).toMatchObject({ files: ['-'], dryRun: true });
    expect(readImportArguments(['--site', 'a', '-'])).toMatchObject({ files: ['-'], site: 'a' });
    expect(readImportArguments(['--', '--a.log'])).toMatchObject({ files: ['--a.log'] });
  });

  test('choices may be given several times, and decide', () => {
    const args = '--path /blog/* --path !*.pdf --host *.com --client !10.0.0.0/8 --status 200 --status 4xx a.log'.split(
      ' ',
    );
    const { choices, chosen } = readImportArguments(args);
    expect(choices.wantsPath('/blog/a')).toBe(true);
    expect(choices.wantsPath('/blog/a.pdf')).toBe(false);
    expect(choices.wantsLine(hit)).toBe(true);
    expect(choices.wantsLine({ ...hit, client: '10.1.1.1' })).toBe(false);
    expect(choices.wantsLine({ ...hit, host: 'example.org' })).toBe(false);
    expect([200, 404, 204].map(choices.isShown)).toEqual([true, true, false]);
    expect(JSON.parse(chosen)).toEqual({
      path: ['!*.pdf', '/blog/*'],
      host: ['*.com'],
      client: ['!10.0.0.0/8'],
      status: ['200', '4xx'],
    });
  });

  test('what was chosen is the same text in whatever order, and says nothing of the rest', () => {
    const chosen = (line: string) => readImportArguments(line.split(' ')).chosen;
    expect(chosen('--status 4xx --path b --path a x.log')).toBe(chosen('--path a y.log --path b --status 4xx'));
    expect(chosen('--path a x.log')).not.toBe(chosen('--path b x.log'));
    expect(chosen('--path a x.log')).not.toBe(chosen('--host a x.log'));
    expect(chosen('--site a --hostname b --follow x.log')).toBe('{}');
  });

  test.each([
    [[], 'files'],
    [['--site', 'a'], 'files'],
    [['-', 'a.log'], 'alone'],
    [['a.log', '-'], 'alone'],
    [['-', '-'], 'alone'],
    [['-'], '--site'],
    [['--site', 'a', '--follow', '-'], '--follow'],
    [['--follow', '--dry-run', 'a.log'], '--dry-run'],
    [['--status', '20', 'a.log'], 'status'],
    [['--status', '2XX', 'a.log'], 'status'],
    [['--client', '10.0.0.0/33', 'a.log'], '10.0.0.0/33'],
    [['--client', '!10.0.0.0/', 'a.log'], '10.0.0.0/'],
    [['--hostname', 'https://example.com/', 'a.log'], '--hostname'],
    [['--hostname', 'example.com/a', 'a.log'], '--hostname'],
    [['--hostname', 'a b', 'a.log'], '--hostname'],
    [['--hostname', '', 'a.log'], '--hostname'],
  ])('%j: a message that says what is wrong', (args, word) => {
    expect(() => readImportArguments(args)).toThrow(RangeError);
    expect(() => readImportArguments(args)).toThrow(word);
  });

  test.each([
    [['--nonsense', 'a.log']],
    [['-x', 'a.log']],
    [['a.log', '--site']],
    [['--follow=yes', 'a.log']],
    [['--site', '--follow', 'a.log']],
    [['--__proto__', 'a.log']],
  ])('%j: unknown, or without a value', (args) => {
    expect(() => readImportArguments(args)).toThrow(TypeError);
  });
});

test('the usage names every option', () => {
  for (const name of ['site', 'hostname', 'follow', 'dry-run', 'path', 'host', 'client', 'status', 'help']) {
    expect(IMPORT_USAGE).toContain(`--${name}`);
  }
});
