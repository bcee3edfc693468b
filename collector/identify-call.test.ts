import { describe, expect, test } from 'vitest';
import { limits } from '../core/limits.ts';
import { newSite } from '../core/site.ts';
import type { Call } from './calls.ts';
import { identifyCall } from './identify-call.ts';
import { memoryDocuments } from './memory.reference.ts';
import { salts } from './salts.ts';

const NOON = Date.UTC(2026, 2, 10, 12);
const today = Math.floor(NOON / 86_400_000);
const { site } = newSite('a');

function setUp() {
  const documents = memoryDocuments();
  const known = salts({ documents, limits, now: () => NOON, onError: () => {} });
  return {
    documents,
    identify: (call: Partial<Call>, day = today) =>
      identifyCall({ site_id: 'a', event_type: 'pageview', path: '/', ...call }, '[1].', site, day, known, 512),
  };
}

describe('identifyCall', () => {
  test('is the user that is named, whatever else is said, on any day', async () => {
    const { documents, identify } = setUp();
    const named = { visitor: 'uuser-1', userId: 'user-1' };
    expect(await identify({ user_id: 'user-1', ip: '203.0.113.9', user_agent: 'A' }, today - 500)).toEqual(named);
    expect(documents.values.size).toBe(0);
  });

  test('is never an e-mail address', async () => {
    const { identify } = setUp();
    const named = JSON.stringify(await identify({ user_id: 'ada@example.com' }));
    expect(named).toMatch(/"visitor":"uemail:[\w-]{22}","userId":"email:[\w-]{22}"/);
  });

  test('is whoever has that address and agent on that day', async () => {
    const { identify } = setUp();
    const one = await identify({ ip: '203.0.113.9', user_agent: 'A' });
    expect(one).toMatchObject({ visitor: expect.stringMatching(/^v[\w-]{11}$/) as string });
    expect(await identify({ ip: '::ffff:203.0.113.9', user_agent: 'A' })).toEqual(one);
    expect(await identify({ ip: '203.0.113.9', user_agent: 'B' })).not.toEqual(one);
    expect(await identify({ ip: '203.0.113.9', user_agent: 'A' }, today - 1)).not.toEqual(one);
    const long = 'x'.repeat(512);
    expect(await identify({ ip: '203.0.113.9', user_agent: `${long}1` })).toEqual(
      await identify({ ip: '203.0.113.9', user_agent: `${long}2` }),
    );
  });

  test.each([[{}], [{ ip: '203.0.113.9' }], [{ user_agent: 'A' }], [{ ip: '203.0.113.9', user_agent: '' }]])(
    'is nobody for %j',
    async (call) => {
      expect(await setUp().identify(call)).toEqual({});
    },
  );

  test('refuses a day whose salt has died, and says what to do', async () => {
    const { documents, identify } = setUp();
    const refusal = await identify({ ip: '203.0.113.9', user_agent: 'A' }, today - 2);
    expect(refusal).toMatchObject({ reason: 'too_old', field: '[1].timestamp' });
    expect(refusal).toMatchObject({ fix: expect.stringContaining('send user_id') as string });
    expect(documents.values.size).toBe(0);
  });
});
