import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A new folder among the temporary ones; removing it is the caller's. */
export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'footfall-e2e-'));
}
