import { labelled } from './labelled.reference.ts';

/** What regular expressions stumble over: what they look for, again and again, and what nearly fits. */
const PIECES = [
  '(|)|[|]|,|;|/|\\|-|_|.| |\t|@|é|\0|a|1|; |1.|.0|Mozilla/5.0 (|Android |Chrome/|Version/|Safari|Mobile|Opera|Build/',
  'Linux; |windows |like |bot|http|tv|smart|claude-|google|meta-external|xxxxxxxxxxxxxxxxxxxx',
].flatMap((line) => line.split('|'));

/** How many of each kind that is made by chance. */
const MIXED = 2000;
const NOISE = 300;

const PRINTABLE_FROM = 32;
const PRINTABLE = 95;

/**
 * User agents made to be slow to read: two pieces repeated, mixtures of real words, noise. Always the same ones.
 *
 * @param chars how long each is
 */
export function hostileAgents(chars: number): string[] {
  const random = generator(1);
  const pick = (list: readonly string[]): string => list[random(list.length)] ?? '';
  const words = [...new Set(labelled().flatMap(({ userAgent }) => userAgent.split(/(?<=[ ;/()])/)))];
  const agents: string[] = [];
  for (const a of PIECES) {
    for (const b of PIECES) {
      for (const tail of ['', '!']) agents.push(filled(a + b, chars - tail.length) + tail);
    }
  }
  for (let made = 0; made < MIXED; made++) {
    const parts = Array.from({ length: 1 + random(4) }, () => pick(random(2) ? words : PIECES));
    agents.push((pick(words) + filled(parts.join(''), chars)).slice(0, chars));
  }
  for (let made = 0; made < NOISE; made++) {
    agents.push(String.fromCharCode(...Array.from({ length: chars }, () => PRINTABLE_FROM + random(PRINTABLE))));
  }
  return agents;
}

function filled(piece: string, chars: number): string {
  return piece.repeat(Math.ceil(chars / piece.length)).slice(0, chars);
}

/** Numbers below a bound, by a linear congruence: the same in every run. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7f_ff_ff_ff;
    // The lowest bits repeat themselves.
    return (state >>> 8) % below;
  };
}
