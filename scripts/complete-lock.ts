/** `node scripts/complete-lock.ts`: see `completed` in `lock-file.ts`. To be run after a change of dependencies. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Lock } from './lock-file.ts';
import { completed, missingOf } from './lock-file.ts';

const file = fileURLToPath(new URL('../package-lock.json', import.meta.url));
const lock = JSON.parse(readFileSync(file, 'utf8')) as Lock;
const missing = missingOf(lock);
if (missing.length > 0) writeFileSync(file, `${JSON.stringify(completed(lock), null, 2)}\n`);
console.log(`${missing.length} packages added to package-lock.json`);
