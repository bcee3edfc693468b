import { warn } from './warn.ts';
import type { WireAnswer, WireRefusal } from './wire.ts';

/**
 * Writes to the console which events of a batch were not counted, and why.
 *
 * @param events as JSON
 * @param answer to the batch, or why it was refused as a whole
 */
export function explain(events: string[], answer: Partial<WireAnswer & WireRefusal>): void {
  events.forEach((event, place) => {
    const refusal = answer.refused ? answer.refused.find(({ index }) => index === place) : answer;
    if (!refusal) return;
    const { name } = JSON.parse(event) as { name: string };
    warn(`"${name}" was not counted: ${refusal.reason}: ${refusal.message}; ${refusal.fix}`);
  });
}
