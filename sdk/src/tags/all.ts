/** `s.all.js`: all there is, by `data-…` attributes; and `footfall.consent`, `.optOut`, `.optIn`, `.destroy`. */
import { end } from '../end.ts';
import { all } from '../modules/all.ts';
import { consent } from '../modules/consent.ts';
import { settings } from '../options.ts';
import { complain } from '../modules/explain.ts';
import { optIn, optOut } from '../privacy.ts';
import { tag } from './tag.ts';

tag(...all());
complain();
// Where another copy counts these would speak of the wrong one.
if (settings)
  Object.assign((window as unknown as { footfall: object }).footfall, { consent, optOut, optIn, destroy: end });
