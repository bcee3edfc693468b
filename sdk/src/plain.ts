/** Properties of an event: texts, numbers and booleans. What is none of them becomes a text; null and undefined are left out. */
export type Props = Record<string, unknown>;

/** Properties as they are sent: a copy, in which nothing can fail any more. */
export function plain(props: Props | null | undefined): Record<string, string | number | boolean> | undefined {
  const entries = Object.entries(props ?? {}).filter(([, value]) => value !== null && value !== undefined);
  if (entries.length === 0) return undefined;
  return Object.fromEntries(entries.map(([name, value]) => [name, isPlain(value) ? value : String(value)]));
}

function isPlain(value: unknown): value is number | boolean {
  return typeof value === 'number' || typeof value === 'boolean';
}
