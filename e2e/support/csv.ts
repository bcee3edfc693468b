const FIELD = /"((?:[^"]|"")*)"|([^",\r\n]*)/y;

/**
 * The rows of a CSV file, strictly as RFC 4180 has it, but for its line ends, which are single line feeds. A field without
 * quotes that is empty is null, with them it is ''.
 *
 * @throws Error at what is neither a field, a comma nor an end of a line
 */
export function rowsOfCsv(text: string): (string | null)[][] {
  const rows: (string | null)[][] = [];
  const row: (string | null)[] = [];
  for (let at = 0; at < text.length; ) {
    FIELD.lastIndex = at;
    const [whole = '', quoted, plain = ''] = FIELD.exec(text) ?? [];
    row.push(quoted === undefined ? plain || null : quoted.replaceAll('""', '"'));
    const sign = text[at + whole.length];
    if (sign !== ',' && sign !== '\n') throw new Error(`no CSV at ${at + whole.length}: ${JSON.stringify(sign)}`);
    if (sign === '\n') rows.push(row.splice(0));
    at += whole.length + 1;
  }
  if (row.length > 0) throw new Error('the last line has no end');
  return rows;
}

/** The same by the names of the first row. */
export function recordsOfCsv(text: string): Record<string, string | null>[] {
  const [names = [], ...rows] = rowsOfCsv(text);
  return rows.map((row) => {
    if (row.length !== names.length) throw new Error(`${row.length} fields, and ${names.length} names`);
    return Object.fromEntries(names.map((name, at) => [String(name), row[at] ?? null]));
  });
}

/** A text as an export's CSV has it: none is a formula. */
export function guardedText(text: string): string {
  return /^[=+@\t\r-]/.test(text) ? `'${text}` : text;
}

/** A record's values so. */
export function guarded<T>(record: Record<string, T>): Record<string, T | string> {
  return Object.fromEntries(
    Object.entries(record).map(([name, value]) => [name, typeof value === 'string' ? guardedText(value) : value]),
  );
}
