/**
 * `npm run conformance`: tries all behaviours of Footfall, and those that others claim of them, in Chromium, and writes the tables of
 * `docs/conformance.md`. With the name of a tracker it only prints what that does not keep to, and why.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { behaviours } from './catalogue.ts';
import { BEGIN, END, madePart, notAsked, others } from './document.ts';
import { chromium } from './engines/chromium.ts';
import { runAll } from './runner.ts';
import { footfall } from './trackers/footfall.ts';
import { footfallWorld, recordingWorld } from './world.ts';

const path = fileURLToPath(new URL('../../docs/conformance.md', import.meta.url));
const program = fileURLToPath(new URL('../../server/cli.ts', import.meta.url));

const worlds = [
  { tracker: footfall, world: footfallWorld(program) },
  ...others.map((other) => ({ tracker: other.tracker, world: recordingWorld(other) })),
];
const only = process.argv[2];

const kept = new Map<string, boolean>();
for (const { tracker, world } of worlds.filter(({ tracker: { id } }) => only === undefined || id === only)) {
  const asked = behaviours.filter((one) => notAsked(tracker, one) === undefined);
  const { version, verdicts } = await runAll(asked, chromium, world);
  let good = 0;
  for (const [id, { error }] of verdicts) {
    kept.set(`${tracker.id} ${id}`, error === undefined);
    good += Number(error === undefined);
    if (error) console.log(`${tracker.name}, ${id}: ${error.message.split('\n')[0]}`);
  }
  console.log(`${tracker.name} ${tracker.version} in Chromium ${version}: ${good} of ${asked.length}`);
}

if (only === undefined) {
  const made = madePart((tracker, { id }) => kept.get(`${tracker.id} ${id}`));
  const text = readFileSync(path, 'utf8');
  const [before] = text.split(BEGIN);
  const [, after] = text.split(END);
  writeFileSync(path, `${before}${BEGIN}\n\n${made}\n${END}${after}`);
}
