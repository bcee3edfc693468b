import type { Behaviour } from './behaviour.ts';
import { clicks } from './behaviours/clicks.ts';
import { copies } from './behaviours/copies.ts';
import { delivery } from './behaviours/delivery.ts';
import { engagement } from './behaviours/engagement.ts';
import { events } from './behaviours/events.ts';
import { failures } from './behaviours/failures.ts';
import { forms } from './behaviours/forms.ts';
import { hostile } from './behaviours/hostile.ts';
import { moves } from './behaviours/moves.ts';
import { options } from './behaviours/options.ts';
import { outbox } from './behaviours/outbox.ts';
import { pages } from './behaviours/pages.ts';
import { privacy } from './behaviours/privacy.ts';

/** All behaviours, in the order of the document. */
export const behaviours: readonly Behaviour[] = [
  ...pages,
  ...copies,
  ...moves,
  ...options,
  ...events,
  ...delivery,
  ...failures,
  ...outbox,
  ...engagement,
  ...clicks,
  ...forms,
  ...privacy,
  ...hostile,
];
