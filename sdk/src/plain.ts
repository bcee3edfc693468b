import { attempt } from './attempt.ts';
import { cut } from './cut.ts';
import { wireLimits } from './wire.ts';

/** Properties of an event: texts, numbers and booleans. What is none of them becomes a text; null and undefined are left out. */
export type Props = Record<string, unknown>;

/** Properties as they are sent: a copy, in which nothing can fail any more, and nothing is too long. */
export function plain(props: Props): Record<string, string | number | boolean> {
  // No name is special in it.
  const copy = Object.create(null) as Record<string, string | number | boolean>;
  for (const name of Object.keys(props).slice(0, wireLimits.propsMax)) {
    // A getter may fail, or a text of its own.
    attempt(() => {
      const value = props[name] as number;
      if (value === undefined || value === null) return;
      // What is no number, such as NaN, has no JSON.
      copy[cut(name, wireLimits.propNameCharsMax)] =
        (value as unknown) === !!value || Number.isFinite(value) ? value : cut(value, wireLimits.propValueCharsMax);
    });
  }
  return copy;
}
