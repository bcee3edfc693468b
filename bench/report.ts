/** Tables, as text for a terminal and as Markdown for `docs/performance.md`. */

export interface Table {
  title: string;
  head: string[];
  rows: string[][];
  /** A sentence or two below it. */
  note?: string;
}

/** The middle one of some measurements, with the least and the greatest. */
export interface Spread {
  median: number;
  min: number;
  max: number;
}

export function spreadOf(values: number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (place: number): number => sorted[place] ?? Number.NaN;
  const middle = (sorted.length - 1) / 2;
  return {
    median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
    min: at(0),
    max: at(sorted.length - 1),
  };
}

/** A number with three significant digits at least, and a space between thousands. */
export function shown(value: number): string {
  if (Math.abs(value) >= 100) {
    return Math.round(value)
      .toString()
      .replace(/\B(?=(\d{3})+$)/g, ' ');
  }
  return value.toPrecision(3);
}

/** `0.61 (0.58 to 0.66)` */
export function shownSpread({ median, min, max }: Spread): string {
  return `${median.toFixed(2)} (${min.toFixed(2)} to ${max.toFixed(2)})`;
}

export function asText(tables: Table[]): string {
  return tables.map((table) => [table.title, '', textRows(table), ...noteOf(table)].join('\n')).join('\n\n');
}

function textRows({ head, rows }: Table): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: string[]): string => {
    const cells = row.map((cell, column) => {
      const width = widths[column] ?? 0;
      return column === 0 ? cell.padEnd(width) : cell.padStart(width);
    });
    return `  ${cells.join('  ')}`.trimEnd();
  };
  return [line(head), ...rows.map(line)].join('\n');
}

export function asMarkdown(tables: Table[]): string {
  return tables
    .map((table) => {
      const line = (row: string[]): string => `| ${row.join(' | ')} |`;
      const rule = line(table.head.map((_, column) => (column === 0 ? '---' : '---:')));
      const rows = [line(table.head), rule, ...table.rows.map(line)].join('\n');
      return [`### ${table.title}`, '', rows, ...noteOf(table)].join('\n');
    })
    .join('\n\n');
}

function noteOf({ note }: Table): string[] {
  return note ? ['', note] : [];
}

const END = '<!-- end of figures -->';

/**
 * A document with other figures between a command's marks.
 *
 * @throws Error if the marks are missing
 */
export function withFigures(document: string, figures: string, command = 'npm run bench -- --write'): string {
  const begin = `<!-- figures: ${command} -->`;
  const from = document.indexOf(begin);
  const to = document.indexOf(END, from);
  if (from < 0 || to < 0) throw new Error(`the document lacks the marks ${begin} and ${END}`);
  return `${document.slice(0, from + begin.length)}\n\n${figures}\n\n${document.slice(to)}`;
}
