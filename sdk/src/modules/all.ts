import type { Module } from '../options.ts';
import { tagged } from './clicks.ts';
import { consents } from './consent.ts';
import { edits } from './edits.ts';
import { explain } from './explain.ts';
import { full } from './full.ts';
import { later } from './later.ts';
import { notFound } from './not-found.ts';
import { ownVisits } from './own-visits.ts';
import { pages } from './pages.ts';

/** All there is; each looks at its options. */
export function all(): Module[] {
  return [ownVisits(), consents(), pages(), edits(), ...full(), later(), explain(), tagged(), notFound()];
}
