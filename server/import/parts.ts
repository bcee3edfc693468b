import { createHash } from 'node:crypto';
import type { Outcome } from '../../collector/import/line-importer.ts';
import type { Event, Refused } from '../../core/event.ts';
import type { Block } from './blocks.ts';
import { behindKnown } from './known.ts';
import { countSkipped, countTaken } from './tally.ts';
import type { Tally } from './tally.ts';

/** What a piece of a file has come to. */
export interface Part {
  from: number;
  to: number;
  /** SHA-256 in hex of the file up to `to`. */
  sha256: string;
  events: Event[];
  /** Of what would have been an event. */
  refused: Refused[];
}

export interface PartsOptions {
  blocks: AsyncIterable<Block>;
  /** Where earlier runs ended, and the SHA-256 of the file up to there. */
  start: { position: number; sha256: string };
  take: (line: string, at: number) => Outcome | Promise<Outcome>;
  tally: Tally;
  limits: { importLineBytesMax: number; importEventsMax: number; importBytesMax: number };
}

const NEWLINE = 0x0a;
const RETURN = 0x0d;
/** What is refused and not merely no page view: the reports tell it. */
const REPORTED = new Set(['bot', 'in_future', 'day_closed', 'hostname']);

/**
 * A file in parts, from where earlier runs ended. Each follows the one before, and ends where a line does; but the last
 * line may lack its end where it is whole otherwise.
 *
 * @throws Unusable (rejects) if the file does not begin with what was imported; and as `take` does
 */
export async function* partsOf({ blocks, start, take, tally, limits }: PartsOptions): AsyncGenerator<Part> {
  const hash = createHash('sha256');
  let part = beginning(start.position);
  const ended = (): Part => {
    const whole = { ...part, sha256: hash.copy().digest('hex') };
    part = beginning(part.to);
    return whole;
  };

  /** Bytes so far of a line that is too long. They belong to no part before its end is there. */
  let overlong = 0;

  for await (const { bytes, tooLong = false, idle = false } of behindKnown(blocks, start, hash, tally)) {
    if ((idle || (tooLong && overlong === 0)) && part.to > part.from) yield ended();
    if (idle) continue;
    if (tooLong) {
      hash.update(bytes);
      overlong += bytes.length;
      tally.unfinished = bytes.at(-1) !== NEWLINE;
      if (tally.unfinished) continue;
      part.to += overlong;
      overlong = 0;
      count(TOO_LONG, part, tally);
      continue;
    }
    const at = part.to;
    let absorbed = 0;
    const absorb = (upTo: number) => {
      hash.update(bytes.subarray(absorbed, upTo));
      absorbed = upTo;
      part.to = at + upTo;
    };
    for (let begin = 0; begin < bytes.length; ) {
      const newline = bytes.indexOf(NEWLINE, begin);
      const end = newline < 0 ? bytes.length : newline;
      const judged = end - begin > limits.importLineBytesMax ? TOO_LONG : take(textOf(bytes, begin, end), at + begin);
      const outcome = judged instanceof Promise ? await judged : judged;
      // Whoever writes the file may be in the middle of the line.
      tally.unfinished = newline < 0 && 'skipped' in outcome && outcome.skipped === 'broken';
      if (tally.unfinished) break;
      // The end of a line that had none when it was imported.
      const isRest = end <= begin + 1 && at + begin === start.position && textOf(bytes, begin, end) === '';
      if (isRest && begin + at > 0) tally.before += 1;
      else count(outcome, part, tally);
      begin = end + 1;
      if (part.events.length < limits.importEventsMax && at + begin - part.from < limits.importBytesMax) continue;
      absorb(Math.min(begin, bytes.length));
      yield ended();
    }
    if (!tally.unfinished) absorb(bytes.length);
  }
  if (part.to > part.from) yield ended();
}

const TOO_LONG: Outcome = { skipped: 'too_long' };

function beginning(from: number): Part {
  return { from, to: from, sha256: '', events: [], refused: [] };
}

/** A line's text; some servers end their lines with two characters. */
function textOf(bytes: Buffer, begin: number, end: number): string {
  return bytes.toString('utf8', begin, end > begin && bytes[end - 1] === RETURN ? end - 1 : end);
}

function count(outcome: Outcome, part: Part, tally: Tally): void {
  if ('event' in outcome) {
    countTaken(tally, outcome.event.time);
    part.events.push(outcome.event);
    return;
  }
  const { skipped: reason, day } = outcome;
  countSkipped(tally, reason);
  if (day === undefined || !REPORTED.has(reason)) return;
  const known = part.refused.find((one) => one.day === day && one.reason === reason);
  if (known) known.count += 1;
  else part.refused.push({ day, reason, count: 1 });
}
