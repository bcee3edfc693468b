import type { Module } from '../options.ts';
import { downloads, forms, outbound } from './clicks.ts';
import { delivery } from './delivery.ts';
import { outbox } from './outbox.ts';
import { engagement } from './engagement.ts';

/** All that the default script has, beside the core. */
export function full(): Module[] {
  return [delivery(), outbox(), forms(), downloads(), outbound(), engagement()];
}
