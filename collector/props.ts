import { z } from 'zod';
import type { Event } from '../core/event.ts';
import { wireLimits } from '../sdk/src/wire.ts';
import type { Complaint } from './fields.ts';
import { complain } from './fields.ts';

type Props = NonNullable<Event['props']>;

const { propsMax, propNameCharsMax, propValueCharsMax } = wireLimits;

const SHAPE = complain('an object of texts, numbers and booleans', 'send props as {"name": "text, number or boolean"}');
const COUNT = complain(propsMax, `send at most ${propsMax} properties with one event`, 'too_long');
const NAME = complain(propNameCharsMax, `name each property in 1 to ${propNameCharsMax} characters`, 'too_long');
const VALUE = complain(
  propValueCharsMax,
  `shorten each property's value to ${propValueCharsMax} characters`,
  'too_long',
);

/** Properties as pairs: no name is special (`__proto__`, `constructor`), since none becomes a key of an object. */
export const props = z
  .unknown()
  .transform((value, context) => {
    const pairs = pairsOf(value);
    if (Array.isArray(pairs)) return pairs.length > 0 ? pairs : undefined;
    context.issues.push({ code: 'custom', input: value, params: { ...pairs } });
    return z.NEVER;
  })
  .optional();

function pairsOf(value: unknown): Props | Complaint {
  if (value === null) return [];
  if (typeof value !== 'object' || Array.isArray(value)) return SHAPE;
  const pairs: Props = [];
  for (const [name, one] of Object.entries(value as Record<string, unknown>)) {
    if (pairs.length === propsMax) return COUNT;
    if (name.length === 0 || name.length > propNameCharsMax) return NAME;
    if (typeof one === 'string') {
      if (one.length > propValueCharsMax) return VALUE;
      pairs.push([name, one]);
    } else if (typeof one === 'boolean' || (typeof one === 'number' && Number.isFinite(one))) {
      pairs.push([name, one]);
    } else {
      return SHAPE;
    }
  }
  return pairs;
}
