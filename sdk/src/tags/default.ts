/** `s.js`, the script of `<script defer src="…/s.js" data-site="example.com">`. */
import { complain, explain } from '../modules/explain.ts';
import { full } from '../modules/full.ts';
import { ownVisits } from '../modules/own-visits.ts';
import { tag } from './tag.ts';

tag(ownVisits(), ...full(), explain());
complain();
