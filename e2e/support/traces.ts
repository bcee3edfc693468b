import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A form in which a secret may lie somewhere. */
export interface Trace {
  secret: string;
  form: string;
  bytes: Buffer;
}

/** What is shorter is in any large file by chance. */
const BYTES_MIN = 6;

/** What each secret looks like raw, in other cases, in hex, in base64 at any alignment, and in UTF-16. */
export function tracesOf(secrets: Record<string, Buffer | string>): Trace[] {
  return Object.entries(secrets).flatMap(([secret, value]) => {
    const text = typeof value === 'string' ? value : undefined;
    const bytes = Buffer.from(value);
    const forms: Record<string, Buffer | string> = {
      raw: bytes,
      hex: bytes.toString('hex'),
      'upper hex': bytes.toString('hex').toUpperCase(),
      ...base64Forms(bytes),
    };
    if (text !== undefined) {
      forms.lower = text.toLowerCase();
      forms.upper = text.toUpperCase();
      forms['UTF-16'] = Buffer.from(text, 'utf16le');
      forms.escaped = encodeURIComponent(text);
      forms['lower hex'] = Buffer.from(text.toLowerCase()).toString('hex');
    }
    return Object.entries(forms)
      .map(([form, found]): Trace => ({ secret, form, bytes: Buffer.from(found) }))
      .filter((trace) => trace.bytes.length >= BYTES_MIN);
  });
}

/** What of base64 does not depend on what stands before and after, at the three alignments. */
function base64Forms(bytes: Buffer): Record<string, string> {
  const forms: Record<string, string> = {};
  for (const alphabet of ['base64', 'base64url'] as const) {
    for (const before of [0, 1, 2]) {
      const whole = Buffer.concat([Buffer.alloc(before), bytes])
        .toString(alphabet)
        .replaceAll('=', '');
      forms[`${alphabet} ${before}`] = whole.slice(
        before === 0 ? 0 : before + 1,
        Math.floor((before + bytes.length) / 3) * 4,
      );
    }
  }
  return forms;
}

/** Which secrets can be found where; empty when none can. */
export function find(traces: Trace[], where: string, content: Buffer | string): string[] {
  const bytes = Buffer.from(content);
  return traces
    .filter((trace) => bytes.includes(trace.bytes))
    .map(({ secret, form }) => `${secret} (${form}) in ${where}`);
}

/** The same in all files of a folder and of the folders in it. */
export function findInFiles(traces: Trace[], folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) => {
    if (!entry.isFile()) return [];
    const file = join(entry.parentPath, entry.name);
    return [...find(traces, `the name ${file}`, entry.name), ...find(traces, file, readFileSync(file))];
  });
}
