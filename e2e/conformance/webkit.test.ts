import { webkit } from './engines/webkit.ts';
import { conformance } from './suite.ts';

conformance(webkit, process.env.MATRIX === 'whole' ? undefined : 'only with MATRIX=whole');
