import { fileURLToPath } from 'node:url';
import { behaviours } from './catalogue.ts';
import { firefox } from './engines/firefox.ts';
import { chromium } from './engines/chromium.ts';
import { runAll } from './runner.ts';
import { footfallWorld } from './world.ts';
const program = fileURLToPath(new URL('../../server/cli.ts', import.meta.url));
const [ids = '', times = '10', engineName = 'firefox'] = process.argv.slice(2);
for (let n = 0; n < Number(times); n++) {
  const chosen = behaviours.filter(({ id }) => ids.split(',').some((one) => id.startsWith(one)));
  const { verdicts } = await runAll(chosen, engineName === 'firefox' ? firefox : chromium, footfallWorld(program));
  for (const [id, { error, ms }] of verdicts) console.log(n, id, Math.round(ms), error ? error.stack : 'ok');
}
