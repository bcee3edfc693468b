/** What the limit of the size is about: all that loses and misses nothing. `s.js` is this and a word in the console. */
import { tag } from './tag.ts';
import { full } from '../modules/full.ts';

tag(...full());
