import { chromium } from './engines/chromium.ts';
import { conformance } from './suite.ts';

conformance(chromium);
