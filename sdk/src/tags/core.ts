/** `s.core.js`: the core alone. */
import { tag } from './tag.ts';

tag();
