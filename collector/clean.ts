/** A text without what UTF-8 cannot hold (lone surrogates) and what files and terminals cannot (NUL). */
export function clean(text: string): string {
  return text.isWellFormed() && !text.includes('\0') ? text : text.toWellFormed().replaceAll('\0', '\ufffd');
}

/**
 * A JSON value whose texts and names are clean, down to a depth; what lies deeper stays as it is.
 * No name is special: `__proto__` stays an ordinary one.
 */
export function cleanAll(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return clean(value);
  if (typeof value !== 'object' || value === null || depth === 0) return value;
  if (Array.isArray(value)) return value.map((one) => cleanAll(one, depth - 1));
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [clean(name), cleanAll(one, depth - 1)]));
}
