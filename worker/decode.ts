import { logEntrySchema } from '../core/event.ts';
import type { LogEntry } from '../core/event.ts';
import type { Quarantined, Slice } from '../core/ports.ts';

/** A slice of the log, sorted into what can be applied and what never can. */
export function decode(entries: Slice['entries']): { entries: LogEntry[]; quarantine: Quarantined[] } {
  const decoded: LogEntry[] = [];
  const quarantine: Quarantined[] = [];
  for (const { offset, body } of entries) {
    const entry = parse(body);
    if (typeof entry === 'string') quarantine.push({ offset, body, reason: entry });
    else decoded.push(entry);
  }
  return { entries: decoded, quarantine };
}

function parse(body: string): LogEntry | string {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return 'not JSON';
  }
  const result = logEntrySchema.safeParse(json);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  return `${issue?.path.join('.') || 'entry'}: ${issue?.message ?? 'invalid'}`;
}
