import { firefox } from './engines/firefox.ts';
import { conformance } from './suite.ts';

conformance(firefox, process.env.MATRIX === 'whole' ? undefined : 'only with MATRIX=whole');
