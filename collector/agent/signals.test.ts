import { expect, test } from 'vitest';
import { botSignals } from './signals.ts';

/** What the three engines send with a beacon of a page that goes, as far as it matters. */
const BROWSERS = {
  Chromium: {
    'accept-language': 'en-US,en;q=0.9',
    'sec-ch-ua': '"Not:A-Brand";v="8", "Chromium";v="156"',
    'sec-ch-ua-platform': '"Linux"',
  },
  Firefox: { 'accept-language': 'en-US,en;q=0.9' },
  WebKit: { 'accept-language': 'C' },
} as const;

function signals(headers: Record<string, string>) {
  const sent = new Headers(headers);
  return botSignals((name) => sent.get(name));
}

test.each(Object.entries(BROWSERS))('%s gives no sign', (_, headers) => {
  expect(signals(headers)).toEqual([]);
});

test('each sign is told by its header', () => {
  expect(signals({})).toEqual([{ kind: 'bot', header: 'accept-language' }]);
  expect(signals({ 'accept-language': '' })).toEqual([{ kind: 'bot', header: 'accept-language' }]);
  const person = BROWSERS.Chromium;
  expect(signals({ ...person, from: 'bot@operator.example' })).toEqual([{ kind: 'bot', header: 'from' }]);
  expect(signals({ ...person, 'signature-agent': '"https://operator.example"' })).toEqual([
    { kind: 'ai', header: 'signature-agent' },
  ]);
  expect(signals({ ...person, 'sec-ch-ua': '"HeadlessChrome";v="131", "Chromium";v="131"' })).toEqual([
    { kind: 'automation', header: 'sec-ch-ua' },
  ]);
});
