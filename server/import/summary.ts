import { skipReasons } from '../../collector/import/judge-hit.ts';
import type { SkipReason } from '../../collector/import/judge-hit.ts';
import type { Tally } from './tally.ts';

/**
 * What a file has come to, for people to read.
 *
 * @example
 * console.log(summaryOf('access.log', tally, false));
 */
export function summaryOf(name: string, tally: Tally, isDry: boolean): string {
  const { lines, before, taken, skipped, unfinished } = tally;
  const rows: [string, number, string][] = [['taken', taken, taken > 0 ? timesOf(tally) : '']];
  for (const reason of Object.keys(skipReasons) as SkipReason[]) {
    const found = skipped.get(reason);
    if (found) rows.push([reason, found.count, `${skipReasons[reason]}; first in line ${found.line}`]);
  }
  const number = (value: number) => value.toLocaleString('en');
  const title = `${name}: ${number(lines)} lines${isDry ? ', nothing written' : ''}`;
  const known = before > 0 ? `  ${number(before)} lines before them were imported earlier` : '';
  const open = unfinished ? '  the last line is not whole, and is left for the next time' : '';
  const width = Math.max(...rows.map(([, count]) => number(count).length));
  const table = rows.map(([what, count, more]) =>
    `  ${what.padEnd(9)}  ${number(count).padStart(width)}  ${more}`.trimEnd(),
  );
  return [title, known, ...table, open].filter((line) => line !== '').join('\n');
}

function timesOf({ first, last }: Tally): string {
  const text = (time: number) => new Date(time).toISOString().slice(0, 16).replace('T', ' ');
  return `${text(first)} to ${text(last)} (UTC)`;
}
