/** A table in Markdown, as `docs/` has it. */
export function printTable(title: string, rows: Record<string, string | number>): void {
  const lines = Object.entries(rows).map(([name, value]) => `| ${name} | ${told(value)} |`);
  console.log(['', `**${title}**`, '', '| | |', '| --- | ---: |', ...lines, ''].join('\n'));
}

function told(value: string | number): string {
  return typeof value === 'string' ? value : Math.round(value).toLocaleString('en').replaceAll(',', ' ');
}

/** How long events took until they were counted: half of them, nearly all, and the one that took longest. */
export function delayRows(delays: number[]): Record<string, number> {
  const sorted = Float64Array.from(delays).sort();
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return {
    'ms until counted, median': at(0.5),
    'ms until counted, 99 of 100': at(0.99),
    'ms until counted, longest': at(1),
  };
}
