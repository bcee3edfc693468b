/** What the limit of the size is about: all that loses and misses nothing. `s.js` is this and a word in the console. */
import { full } from '../modules/full.ts';
import { tag } from './tag.ts';

tag(...full());
