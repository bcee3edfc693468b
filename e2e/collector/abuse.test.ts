import { setTimeout as pause } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { limits } from '../../core/limits.ts';
import { newId } from '../../core/id.ts';
import { wireLimits } from '../../sdk/src/wire.ts';
import { worker } from '../../worker/worker.ts';
import { BROWSER, CHROME, NOON, openScene, seed, view } from './scene.ts';
import type { Reply, Scene, SceneOptions } from './scene.ts';
import { exchange, listen, statusOf } from './socket.ts';

/** What ingestion of this kind has met elsewhere, tried at all doors. The numbers are those of the list of cases. */

const TODAY = Math.floor(NOON / 86_400_000);
const DOORS = ['/e', '/event', '/track'] as const;

async function open(options: SceneOptions = {}): Promise<Scene> {
  const scene = await openScene({ openServers: true, ...options });
  await scene.addSite('a');
  return scene;
}

function batch(...events: unknown[]): Record<string, unknown> {
  return { site: 'a', events };
}

/** A refusal in full, which tells nothing of our insides and nothing of what was sent. */
function expectRefusal(reply: Reply, status: number, reason: unknown = expect.any(String)): void {
  expect(reply.status).toBe(status);
  expect(reply.headers.get('content-type')).toBe('application/json');
  expect(reply.json).toMatchObject({
    status: 'refused',
    reason,
    field: expect.stringMatching(/./) as string,
    fix: expect.stringMatching(/./) as string,
    message: expect.stringMatching(/./) as string,
  });
  expect(String(reply.json.limit)).toMatch(/./);
  expect(reply.text).not.toMatch(/node_modules|\.ts\b|\bat \w+ \(|sqlite|select |<img/i);
}

async function drain(scene: Scene): Promise<void> {
  const running = worker({ queue: scene.queue, store: scene.store, now: () => scene.clock.now });
  while ((await scene.queue.depth()).entries > 0) await pause(5);
  await running.stop();
}

describe('1. bodies', () => {
  test.each([
    ['of no bytes', ''],
    ['null', 'null'],
    ['an empty list in a list', '[[]]'],
    ['an empty list', '[]'],
    ['a text', '"x"'],
    ['a number', '7'],
    ['true', 'true'],
    ['white space', ' \n'],
    ['half an object', '{"site":"a"'],
    ['two objects', '{}{}'],
    ['a byte order mark alone', '\ufeff'],
  ])('%s', async (_, body) => {
    const scene = await open();
    for (const door of DOORS) expectRefusal(await scene.post(door, body), 400);
    expect(await scene.events()).toEqual([]);
  });

  test('1 MB, by its length', async () => {
    const scene = await open();
    const body = JSON.stringify(batch(view({ title: 'x'.repeat(1024 * 1024) })));
    expectRefusal(await scene.post('/e', body, { 'content-length': String(body.length) }), 413, 'too_large');
    expectRefusal(await scene.post('/e', body), 413, 'too_large');
    expectRefusal(await scene.post('/event', body), 413, 'too_large');
  });

  test('100 MB over a connection, with a length and chunked without one, answered before it is read', async () => {
    const scene = await open();
    const listening = await listen(scene.app);
    const head = 'POST /e HTTP/1.1\r\nHost: localhost\r\nUser-Agent: x\r\nConnection: close\r\n';
    const block = Buffer.alloc(1024 * 1024, 'x');
    const sized = [`${head}Content-Length: ${100 * block.length}\r\n\r\n`, ...Array<Buffer>(100).fill(block)];
    const chunk = Buffer.concat([Buffer.from('100000\r\n'), block, Buffer.from('\r\n')]);
    const chunked = [`${head}Transfer-Encoding: chunked\r\n\r\n`, ...Array<Buffer>(100).fill(chunk)];
    for (const pieces of [sized, chunked]) {
      const answer = await exchange(listening.port, pieces);
      expect(statusOf(answer)).toBe(413);
      expect(answer).toContain('"reason":"too_large"');
    }
    await listening.close();
  });

  test('chunked without a length, and small', async () => {
    const scene = await open();
    const listening = await listen(scene.app);
    const body = JSON.stringify(batch(view()));
    const answer = await exchange(listening.port, [
      `POST /e HTTP/1.1\r\nHost: localhost\r\nUser-Agent: ${CHROME}\r\nAccept-Language: *\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n`,
      ...Array.from(body, (character) => `1\r\n${character}\r\n`),
      '0\r\n\r\n',
    ]);
    expect(statusOf(answer)).toBe(202);
    expect(await scene.events()).toHaveLength(1);
    await listening.close();
  });

  test('slow: 408, and nothing is stored', async () => {
    const scene = await open();
    const listening = await listen(scene.app, 200);
    const body = JSON.stringify(batch(view()));
    const head = `POST /e HTTP/1.1\r\nHost: localhost\r\nUser-Agent: ${CHROME}\r\nAccept-Language: *\r\nContent-Length: ${body.length}\r\n\r\n`;
    expect(statusOf(await exchange(listening.port, [head, body.slice(0, -1)]))).toBe(408);
    expect(statusOf(await exchange(listening.port, ['POST /e HTTP/1.1\r\nHost: x']))).toBe(408);
    expect(await scene.events()).toEqual([]);
    await listening.close();
  });

  test('a gzip bomb, and every other encoding', async () => {
    const scene = await open();
    const bomb = gzipSync(Buffer.alloc(10 * 1024 * 1024));
    for (const door of DOORS) {
      for (const encoding of ['gzip', 'deflate', 'br', 'zstd', 'x']) {
        const headers = { 'content-encoding': encoding, ...BROWSER };
        const answer = await scene.app.request(door, { method: 'POST', body: bomb, headers });
        expect(answer.status).toBe(415);
      }
      // Whoever forgets to say so sends what is no JSON.
      const answer = await scene.app.request(door, { method: 'POST', body: bomb, headers: BROWSER });
      expect(answer.status).toBe(400);
    }
  });

  test('types: what sendBeacon sends passes, forms do not', async () => {
    const scene = await open();
    const body = JSON.stringify(batch(view()));
    for (const type of ['text/plain;charset=UTF-8', 'application/json', 'text/plain']) {
      expect((await scene.post('/e', body, { 'content-type': type })).status).toBe(202);
    }
    const blob = new Blob([JSON.stringify(batch(view()))]);
    const headers = BROWSER;
    expect((await scene.app.request('/e', { method: 'POST', body: blob, headers })).status).toBe(202);
    for (const type of ['application/x-www-form-urlencoded', 'multipart/form-data', 'text/html', 'application/xml']) {
      for (const door of DOORS) expectRefusal(await scene.post(door, body, { 'content-type': type }), 415);
    }
  });
});

describe('2. many events', () => {
  test('a million in one request, and one more than may be', async () => {
    const scene = await open();
    const million = `[${'{},'.repeat(999_999)}{}]`;
    expectRefusal(await scene.post('/e', `{"site":"a","events":${million}}`), 413, 'too_large');
    expectRefusal(await scene.post('/event', million), 413, 'too_large');
    const short = `[${'1,'.repeat(300_000)}1]`;
    expectRefusal(await scene.post('/event', short), 413, 'too_large');
    expectRefusal(await scene.post('/e', `{"site":"a","events":[${'1,'.repeat(wireLimits.eventsPerBatchMax)}1]}`), 413);
  });

  test('one bad among good ones: each has its own verdict, the others are kept', async () => {
    const scene = await open();
    const events = Array.from({ length: 50 }, (_, index) => (index === 17 ? { ...view(), time: 'x' } : view()));
    const reply = await scene.post('/e', batch(...events));
    expect(reply.status).toBe(202);
    expect(reply.json).toMatchObject({ accepted: 49, refused: [{ index: 17, field: 'events[17].time' }] });
    expect(await scene.events()).toHaveLength(49);
  });
});

describe('3. JSON', () => {
  test('10,000 levels deep, and as deep as the body may be', async () => {
    const scene = await open();
    for (const depth of [10_000, 30_000]) {
      const deep = '['.repeat(depth) + ']'.repeat(depth);
      expectRefusal(await scene.post('/e', deep), 400);
      expectRefusal(await scene.post('/event', deep), 400);
      expectRefusal(await scene.post('/e', `{"site":"a","events":[${deep}]}`), 400);
      const props = `{"a":${'{"a":'.repeat(depth / 3)}1${'}'.repeat(depth / 3)}}`;
      const event = JSON.stringify({ ...view(), props: 0 }).replace('"props":0', () => `"props":${props}`);
      expectRefusal(await scene.post('/e', `{"site":"a","events":[${event}]}`), 400);
      const ignored = JSON.stringify({ ...seed(), more: 0 }).replace('"more":0', () => `"more":${deep}`);
      expect((await scene.post('/event', ignored)).status).toBe(202);
    }
  });

  test('100,000 keys', async () => {
    const scene = await open();
    const keys = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`k${index}`, 1]));
    const few = Object.fromEntries(Object.entries(keys).slice(0, 2000));
    expect((await scene.post('/event', seed(few))).status).toBe(202);
    expectRefusal(await scene.post('/event', seed(keys)), 413);
    expectRefusal(await scene.post('/event', seed({ props: few })), 400, 'too_long');
    expectRefusal(await scene.post('/e', batch(view({ props: few }))), 400, 'too_long');
  });

  test('keys twice: the last one counts, as JSON.parse has it', async () => {
    const scene = await open();
    const body = JSON.stringify(seed()).replace('"path"', '"path":"/first","path"');
    expect((await scene.post('/event', body)).status).toBe(202);
    expect((await scene.events())[0]?.path).toBe('/pricing');
  });

  test.each([
    ['1e400'],
    ['-1e400'],
    ['-0'],
    ['9007199254740993'],
    ['1e308'],
    ['"NaN"'],
    ['"1"'],
    ['null'],
    ['1.5e-300'],
  ])('the number %s', async (number) => {
    const scene = await open();
    for (const field of ['time', 'view_time', 'engaged_ms', 'depth', 'sent', 'offset', 'width']) {
      const body = JSON.stringify({ ...batch({ ...view(), name: 'x' }), sent: NOON });
      const inEvent = body.replace('"name"', () => `"${field}":${number},"name"`);
      const inBatch = body.replace('"site"', () => `"${field}":${number},"site"`);
      for (const changed of [inEvent, inBatch]) {
        const { status } = await scene.post('/e', changed);
        expect([202, 400]).toContain(status);
      }
    }
    const reply = await scene.post('/event', JSON.stringify(seed({ props: { n: 0 } })).replace('0}', `${number}}`));
    expect([202, 400]).toContain(reply.status);
    // Whatever was taken is sound: `events` parses it.
    for (const event of await scene.events()) expect(event.time).toBeLessThanOrEqual(NOON);
  });

  test('lone surrogates, NUL and bytes that are no UTF-8 become U+FFFD', async () => {
    const scene = await open();
    const odd = String.raw`"\ud800 \u0000 \udc00\ud800"`;
    const event = JSON.stringify({ ...view({ name: 'N', title: 'T' }), props: { K: 'V' } }).replaceAll(
      /"[NTKV]"/g,
      () => odd,
    );
    expect((await scene.post('/e', `{"site":"a","user_id":${odd},"events":[${event}]}`)).status).toBe(202);
    const call = JSON.stringify(seed({ path: 'P', title: 'T', event_type: 'E', user_id: 'U' })).replaceAll(
      /"[PTEU]"/g,
      () => odd,
    );
    expect((await scene.post('/event', call)).status).toBe(202);
    const invalid = Buffer.concat([
      Buffer.from('{"site_id":"a","event_type":"e","path":"/'),
      Buffer.from([0xff, 0xc0, 0x80, 0xed, 0xa0, 0x80]),
      Buffer.from('"}'),
    ]);
    expect((await scene.app.request('/event', { method: 'POST', body: invalid })).status).toBe(202);
    const stored = await scene.events();
    expect(stored).toHaveLength(3);
    expect(stored[0]).toMatchObject({ name: '\ufffd \ufffd \ufffd\ufffd', title: '\ufffd \ufffd \ufffd\ufffd' });
    const text = JSON.stringify(stored);
    expect(text).not.toMatch(/\\ud[89a-f]|\\u0000/i);
    expect(text.isWellFormed()).toBe(true);
  });

  test('a title, an id, an address that is too long', async () => {
    const scene = await open();
    for (const field of ['title', 'url', 'referrer', 'name']) {
      expectRefusal(await scene.post('/e', batch(view({ [field]: `https://a.example/${'x'.repeat(9000)}` }))), 400);
    }
    expectRefusal(await scene.post('/e', batch(view({ id: newId().repeat(9) }))), 400, 'invalid');
    expectRefusal(await scene.post('/event', seed({ ip: '1'.repeat(9000) })), 400, 'invalid');
    expectRefusal(await scene.post('/event', seed({ event_id: 'x'.repeat(9000) })), 400, 'invalid');
    expect((await scene.post('/event', seed({ user_agent: 'x'.repeat(9000) }))).status).toBe(202);
  });
});

describe('4. names that are special', () => {
  const SPECIAL = [
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'hasOwnProperty',
    'valueOf',
    '__defineGetter__',
  ];

  test('as names of properties and as values that become keys', async () => {
    const scene = await open();
    const props = `{${SPECIAL.map((name) => `"${name}":"${name}"`).join(',')}}`;
    for (const name of SPECIAL) {
      const event = JSON.stringify(view({ name, url: `https://${name}/${name}?utm_source=${name}`, props: 0 }));
      const body = `{"site":"a","user_id":"${name}","__proto__":{"a":1},"events":[${event.replace('"props":0', () => `"props":${props}`)}]}`;
      const call = seed({ event_type: name, path: name, user_id: name, language: name, hostname: name });
      expect((await scene.post('/e', body)).status).toBe(202);
      expect((await scene.post('/event', call)).status).toBe(202);
    }
    const stored = await scene.events();
    expect(stored).toHaveLength(2 * SPECIAL.length);
    expect(stored[0]?.props).toEqual(SPECIAL.map((name) => [name, name]));
    expect(Object.keys(Object.prototype)).toEqual([]);
    await drain(scene);
    const stats = await scene.store.stats('a', TODAY, 100);
    expect(stats.unique_users).toBeGreaterThan(0);
  });

  test('as the site', async () => {
    const scene = await openScene({ autoSites: true });
    for (const site of ['__proto__', 'constructor', 'toString']) {
      expect((await scene.post('/e', { site, events: [view()] })).status).toBe(202);
      expect((await scene.post('/event', seed({ site_id: site }))).status).toBe(202);
    }
    expect(await scene.events()).toHaveLength(6);
  });
});

describe('5. operators', () => {
  test.each([[{ $ne: 1 }], [{ $gt: '' }], [['a']], [{ toString: 'a' }], [1], [true]])(
    '%j where a text is expected',
    async (value) => {
      const scene = await open();
      expectRefusal(await scene.post('/e', { site: value, events: [view()] }), 400, 'invalid');
      expectRefusal(await scene.post('/e', { ...batch(view()), user_id: value }), 400, 'invalid');
      for (const field of ['id', 'name', 'url', 'referrer', 'title']) {
        expectRefusal(await scene.post('/e', batch(view({ [field]: value }))), 400, 'invalid');
      }
      for (const field of ['site_id', 'event_type', 'path', 'user_id', 'timestamp', 'event_id', 'ip', 'user_agent']) {
        expectRefusal(await scene.post('/event', seed({ [field]: value })), 400, 'invalid');
      }
      expect(await scene.events()).toEqual([]);
    },
  );

  test('SQL and dots and dollars in every text are data', async () => {
    const scene = await open();
    const text = `'; DROP TABLE visits; -- " $where a.b.$c \` \\`;
    const call = seed({
      event_type: text,
      path: text,
      user_id: text,
      title: text,
      referrer: text,
      props: { [text]: text },
    });
    expect((await scene.post('/event', call)).status).toBe(202);
    expect((await scene.post('/event', { ...call, event_type: 'page_view' })).status).toBe(202);
    await drain(scene);
    expect(await scene.store.stats('a', TODAY, 10)).toEqual({
      total_views: 1,
      unique_users: 1,
      paths: [{ path: text, views: 1 }],
    });
  });
});

describe('6. one site and another', () => {
  test('the key of one opens nothing of another', async () => {
    const scene = await openScene();
    const key = await scene.addSite('a');
    await scene.addSite('b');
    const headers = { authorization: `Bearer ${key}` };
    const said = { ip: '203.0.113.1', user_agent: CHROME };
    const reply = await scene.post('/event', [seed(said), seed({ ...said, site_id: 'b' })], headers);
    expect(reply.json.results).toMatchObject([{ status: 'accepted' }, { status: 'refused', reason: 'key_required' }]);
    expectRefusal(await scene.post('/event', seed({ ...said, site_id: 'b' }), headers), 401, 'key_required');
    expect((await scene.entries()).map(({ site }) => site)).toEqual(['a']);
  });

  test("an event's id at one site does not touch the same id at another", async () => {
    const scene = await open();
    await scene.addSite('b');
    const id = newId();
    await scene.post('/event', seed({ event_id: id, site_id: 'b', path: '/attacker' }));
    await scene.post('/event', seed({ event_id: id, path: '/victim' }));
    await drain(scene);
    expect((await scene.store.stats('a', TODAY, 10)).paths).toEqual([{ path: '/victim', views: 1 }]);
  });
});

describe('9. the log', () => {
  test('holds nothing that a caller sends', async () => {
    const scene = await open();
    const evil = '\r\nFAKE line \u001b[31m ${jndi:ldap://x/a} evil-marker';
    await scene.post('/e', evil);
    await scene.post('/e', { site: evil, events: [evil] });
    await scene.post('/e', batch(view({ name: evil, title: evil, url: evil }), view({ title: evil })));
    await scene.post('/event', seed({ path: evil, user_id: evil, event_id: evil }));
    await scene.post('/e', batch(view()), { 'user-agent': `evil-marker${'x'.repeat(1024 * 1024)}` });
    await scene.post('/e', batch(view()), { 'content-type': 'evil-marker' });
    await scene.app.request('/evil-marker%0d%0a');
    expect(scene.log.join()).not.toContain('evil-marker');
  });

  test('headers that are too large never reach the doors', async () => {
    const scene = await open();
    const listening = await listen(scene.app);
    const head = `POST /e HTTP/1.1\r\nHost: localhost\r\nUser-Agent: ${'x'.repeat(1024 * 1024)}\r\n\r\n`;
    expect(statusOf(await exchange(listening.port, [head]))).toBe(431);
    await listening.close();
  });
});

describe('10. addresses', () => {
  const FORGED = {
    'x-forwarded-for': '6.6.6.6',
    'true-client-ip': '6.6.6.6',
    'cf-connecting-ip': '6.6.6.6',
    'x-real-ip': '6.6.6.6',
    'x-client-ip': '6.6.6.6',
    forwarded: 'for=6.6.6.6',
    'fastly-client-ip': '6.6.6.6',
  };

  async function visitorWith(scene: Scene, headers: Record<string, string>): Promise<string | undefined> {
    const before = (await scene.events()).length;
    expect((await scene.post('/e', batch(view()), headers)).status).toBe(202);
    return (await scene.events())[before]?.visitor;
  }

  test('every header that says one is ignored from a peer that is not trusted', async () => {
    const scene = await open();
    const plain = await visitorWith(scene, {});
    for (const [name, value] of Object.entries(FORGED)) expect(await visitorWith(scene, { [name]: value })).toBe(plain);
    expect(await visitorWith(scene, FORGED)).toBe(plain);
  });

  test('only X-Forwarded-For is believed from a trusted proxy, from its right end', async () => {
    const scene = await open({ trustedProxies: ['10.0.0.0/8'] });
    scene.peer.address = '198.51.100.7';
    const direct = await visitorWith(scene, {});
    scene.peer.address = '::ffff:10.1.2.3';
    const proxy = await visitorWith(scene, {});
    const { 'x-forwarded-for': _first, ...others } = FORGED;
    expect(await visitorWith(scene, others)).toBe(proxy);
    for (const forwarded of [
      '198.51.100.7',
      '6.6.6.6, 198.51.100.7',
      '6.6.6.6, 198.51.100.7:1234',
      '"198.51.100.7"',
      '::ffff:198.51.100.7',
      '[::ffff:198.51.100.7]:99',
      'nonsense, 198.51.100.7, 10.9.9.9',
    ]) {
      expect(await visitorWith(scene, { 'x-forwarded-for': forwarded })).toBe(direct);
    }
    for (const garbage of [
      '',
      ',',
      'unknown',
      '198.51.100.7, x',
      '<img src=x>',
      '1.2.3.4.5',
      ', , ,',
      '9'.repeat(8000),
    ]) {
      expect(await visitorWith(scene, { 'x-forwarded-for': garbage })).toBe(proxy);
    }
  });

  test('a body may not say one at the door for browsers', async () => {
    const scene = await open();
    const plain = await visitorWith(scene, {});
    const said = { ip: '6.6.6.6', user_agent: 'x', browser: 'x', country: 'XX', userAgent: 'x' };
    await scene.post('/e', { ...batch({ ...view(), ...said }), ...said });
    const stored = (await scene.entries()).at(-1);
    expect(stored?.events[0]?.visitor).toBe(plain);
    expect(stored?.context).toMatchObject({ browser: 'Chrome' });
    expect(JSON.stringify(stored)).not.toMatch(/6\.6\.6\.6|XX/);
  });
});

describe('11. times', () => {
  const HOUR = 3_600_000;

  test('a browser can neither go back more than a day nor into the future', async () => {
    const scene = await open();
    for (const time of [NOON - 24 * HOUR - 1, 0, -1, -8.64e15, -NOON]) {
      expectRefusal(await scene.post('/e', { ...batch(view({ time })), sent: NOON }), 400, 'too_old');
    }
    for (const time of [NOON + 1, NOON + 1e9, 8.64e15]) {
      expect((await scene.post('/e', { ...batch(view({ time })), sent: NOON })).status).toBe(202);
    }
    for (const { time } of await scene.events()) expect(time).toBe(NOON);
  });

  test('the clock of the sender and its offset cannot be used to do so', async () => {
    const scene = await open();
    for (const clock of [
      { sent: 8.64e15 },
      { sent: -8.64e15 },
      { offset: 8.64e15 },
      { offset: -8.64e15 },
      { sent: 0 },
    ]) {
      const { status } = await scene.post('/e', { ...clock, ...batch(view()) });
      expect([202, 400]).toContain(status);
    }
    for (const { time } of await scene.events()) expect(NOON - time).toBeLessThanOrEqual(24 * HOUR);
  });

  test('a server needs the key to tell of long ago', async () => {
    const scene = await openScene();
    await scene.addSite('a');
    expectRefusal(await scene.post('/event', seed({ timestamp: '2020-01-01T00:00:00Z' })), 401, 'key_required');
    expectRefusal(await scene.post('/event', seed({ timestamp: '9999-12-31T23:59:59Z' })), 400, 'in_future');
    expectRefusal(await scene.post('/event', seed({ timestamp: '0001-01-01T00:00:00Z' })), 400, 'too_old');
  });
});

describe('12. hostnames', () => {
  test.each([
    ['https://example.com/', true],
    ['https://WWW.Example.com:8443/', true],
    ['https://example.com./', true],
    ['https://evil-example.com/', false],
    ['https://example.com.evil.com/', false],
    ['https://evil.com/?example.com', false],
    ['https://example.com@evil.com/', false],
    ['https://evil.com\\@example.com/', false],
    ['https://evil.com#example.com', false],
    ['https://exаmple.com/', false],
    ['https://example.com%2eevil.com/', false],
    ['https://bücher.example/', true],
    ['https://xn--bcher-kva.example/', true],
  ])('%s: %s', async (url, passes) => {
    const scene = await openScene();
    await scene.addSite('a', { hostnames: ['example.com', 'bücher.example'] });
    const reply = await scene.post('/e', batch(view({ url })));
    expect([reply.status, reply.json.reason]).toEqual(passes ? [202, undefined] : [403, 'hostname']);
  });

  test.each([[undefined], ['null'], ['https://evil.com'], ['https://example.com']])(
    'the Origin %s is not what counts',
    async (origin) => {
      const scene = await openScene();
      await scene.addSite('a', { hostnames: ['example.com'] });
      const headers = origin === undefined ? {} : { origin };
      expect((await scene.post('/e', batch(view()), headers)).status).toBe(202);
      expect((await scene.post('/e', batch(view({ url: 'https://evil.com/' })), headers)).status).toBe(403);
    },
  );
});

describe('13. replay', () => {
  test('of a captured body with the same ids: counted once', async () => {
    const scene = await open({ limits: { visitorEventsPerMinuteMax: 1e9 } });
    const body = JSON.stringify(batch(view({ url: 'https://example.com/x' })));
    for (let time = 0; time < 1000; time++) expect((await scene.post('/e', body)).status).toBe(202);
    await drain(scene);
    expect(await scene.store.stats('a', TODAY, 10)).toMatchObject({ total_views: 1, unique_users: 1 });
  });

  test('with new ids: so many a minute from one visitor, whatever it calls itself', async () => {
    const scene = await open();
    const statuses = new Map<number, number>();
    for (let time = 0; time < 100; time++) {
      const events = Array.from({ length: 200 }, () => view());
      const reply = await scene.post('/e', { ...batch(...events), user_id: `user-${time}` });
      statuses.set(reply.status, (statuses.get(reply.status) ?? 0) + 1);
      if (reply.status !== 429) continue;
      expectRefusal(reply, 429, 'rate_limited');
      expect(reply.headers.get('retry-after')).toBe('5');
    }
    const passed = limits.visitorEventsPerMinuteMax / 200;
    expect(Object.fromEntries(statuses)).toEqual({ 202: passed, 429: 100 - passed });
    await scene.app.close();
    expect(await scene.refused()).toEqual({ [`a ${TODAY} rate_limited`]: (100 - passed) * 200 });
  });
});

describe('14. ids', () => {
  test('a flood of them is bounded by the budget of a site, at both doors', async () => {
    const scene = await open({ limits: { siteEventsPerMinuteMax: 500 } });
    await scene.addSite('b');
    for (let visitor = 0; visitor < 10; visitor++) {
      scene.peer.address = `203.0.113.${visitor}`;
      await scene.post('/e', batch(...Array.from({ length: 100 }, () => view())));
    }
    expect(await scene.events()).toHaveLength(500);
    expectRefusal(await scene.post('/event', seed()), 429, 'rate_limited');
    expect((await scene.post('/event', seed({ site_id: 'b' }))).status).toBe(202);
    scene.clock.now += 60_000;
    expect((await scene.post('/event', seed())).status).toBe(202);
  });
});

describe('16. noise', () => {
  test.each([
    ['Googlebot/2.1 (+http://www.google.com/bot.html)'],
    ['Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)'],
    ['curl/8.5.0'],
    [
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/131.0.0.0 Safari/537.36',
      'automation',
    ],
    ['GPTBot/1.2', 'ai_bot'],
    [''],
  ])('the bot %j', async (userAgent, reason = 'bot') => {
    const scene = await open();
    expectRefusal(await scene.post('/e', batch(view()), { 'user-agent': userAgent }), 403, reason);
  });

  test.each([
    ['sec-purpose', 'prefetch'],
    ['sec-purpose', 'prefetch;prerender'],
    ['purpose', 'prefetch'],
    ['x-moz', 'prefetch'],
  ])('a page that is loaded ahead: %s: %s', async (name, value) => {
    const scene = await open();
    expectRefusal(await scene.post('/e', batch(view(), view()), { [name]: value }), 403, 'prefetch');
    await scene.app.close();
    expect(await scene.refused()).toEqual({ [`a ${TODAY} prefetch`]: 2 });
  });

  test('referrers that are no page', async () => {
    const scene = await open();
    for (const referrer of [
      'javascript:alert(1)',
      'data:text/html,x',
      '<img src=x onerror=alert(1)>',
      'file:///etc/x',
    ]) {
      expect((await scene.post('/e', batch(view({ referrer })))).status).toBe(202);
    }
    for (const event of await scene.events()) expect(event).not.toHaveProperty('acquisition');
  });
});

describe('17. parsers', () => {
  // What runs away on one of these does not end within the test's time.
  test('agents of up to 1 MB', async () => {
    const scene = await open({ limits: { visitorEventsPerMinuteMax: 1e9 } });
    for (const piece of [
      '(',
      'Mozilla/5.0 (',
      'Android ',
      '1.',
      'a;',
      ' bot',
      '\\',
      '/',
      '((((a+)+)+',
      'Windows NT ',
    ]) {
      for (const length of [10_000, 100_000, 1_000_000]) {
        const userAgent = piece.repeat(length / piece.length).trim() + 'x';
        expect([202, 403]).toContain((await scene.post('/e', batch(view()), { 'user-agent': userAgent })).status);
        expect((await scene.post('/event', seed({ user_agent: userAgent.slice(0, 400_000) }))).status).toBe(202);
      }
    }
  });

  test('Accept-Language', async () => {
    const scene = await open();
    for (const header of [',', ';', 'a-', 'en;q=0.', ' ', 'x'].map((piece) => `${piece.repeat(20_000)}!`)) {
      expect((await scene.post('/e', batch(view()), { 'accept-language': header })).status).toBe(202);
    }
  });

  test.each([
    ['http://[::1'],
    ['//'],
    ['data:,x'],
    ['https://%zz/'],
    ['https://a b/'],
    ['https://1.2.3.4.5/'],
    ['https://999999999999/'],
    ['https://a:99999/'],
    ['https://[fe80::1%25eth0]/'],
    ['blob:https://example.com/x'],
    ['\0'],
    ['https://'],
  ])('the address %j is refused and throws nothing', async (url) => {
    const scene = await open();
    expectRefusal(await scene.post('/e', batch(view({ url }))), 400, 'invalid');
    expect((await scene.post('/e', batch(view({ referrer: url })))).status).toBe(202);
    expect((await scene.post('/event', seed({ path: url, referrer: url, hostname: url }))).status).toBe(202);
    expect(scene.log).toEqual([]);
  });

  test('queries of as many parameters as fit, and broken escapes', async () => {
    const scene = await open();
    for (const query of [
      '&'.repeat(1900),
      'utm_source=x&'.repeat(140),
      '%'.repeat(1900),
      '%E0%A4%A'.repeat(200),
      '=&=',
    ]) {
      expect((await scene.post('/e', batch(view({ url: `https://example.com/?${query}` })))).status).toBe(202);
      expect((await scene.post('/event', seed({ path: `/?${query}` }))).status).toBe(202);
    }
    const many = 'a=1&'.repeat(100_000);
    expectRefusal(await scene.post('/event', seed({ path: `/?${many}` })), 400, 'too_long');
  });
});

describe('18. refusals', () => {
  test('tell neither a stack nor SQL nor what was sent', async () => {
    const scene = await open();
    const marker = '<img src=x onerror=alert(1)>';
    for (const body of [
      marker,
      { site: marker },
      batch(marker),
      batch({ [marker]: 1 }),
      batch(view({ url: marker })),
    ]) {
      expectRefusal(await scene.post('/e', body), 400);
      expectRefusal(await scene.post('/event', body), 400);
    }
    expectRefusal(await scene.post('/e', { site: 'img.onerror', events: [view()] }), 404);
    const answer = await scene.app.request(`/${encodeURIComponent(marker)}`);
    expect(answer.status).toBe(404);
    expect(await answer.text()).not.toContain('onerror');
  });
});

describe('20. what is not there', () => {
  test.each([
    ['/'],
    ['/debug'],
    ['/.env'],
    ['/storybook'],
    ['/e/'],
    ['/event/1'],
    ['/e/../metrics'],
    ['/metrics'],
    ['/__proto__'],
    ['/server-status'],
  ])('GET %s', async (path) => {
    const scene = await open();
    const answer = await scene.app.request(path);
    expect([403, 404]).toContain(answer.status);
    expect(await answer.json()).toMatchObject({ status: 'refused' });
  });

  test.each([['GET'], ['HEAD'], ['PUT'], ['PATCH'], ['DELETE']])('%s at the doors', async (method) => {
    const scene = await open();
    for (const door of DOORS) {
      const answer = await scene.app.request(door, { method });
      expect(answer.status).toBe(405);
    }
  });
});

describe('21. other origins', () => {
  test('may send and read, without credentials', async () => {
    const scene = await open();
    const headers = { origin: 'https://other.example' };
    const replies = [
      await scene.post('/e', batch(view()), headers),
      await scene.post('/e', '{', headers),
      await scene.post('/event', seed(), headers),
      await scene.post('/event', '{', headers),
    ];
    for (const reply of replies) {
      expect(reply.headers.get('access-control-allow-origin')).toBe('*');
      expect(reply.headers.get('access-control-allow-credentials')).toBeNull();
      expect(reply.headers.get('set-cookie')).toBeNull();
    }
  });

  test('may ask before, and need not for a day', async () => {
    const scene = await open();
    for (const door of DOORS) {
      const answer = await scene.app.request(door, {
        method: 'OPTIONS',
        headers: { origin: 'https://other.example', 'access-control-request-method': 'POST' },
      });
      expect(answer.status).toBe(204);
      expect(answer.headers.get('access-control-allow-origin')).toBe('*');
      expect(answer.headers.get('access-control-allow-methods')).toBe('POST');
      expect(answer.headers.get('access-control-allow-headers')).toContain('content-type');
      expect(answer.headers.get('access-control-max-age')).toBe('86400');
      expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
    }
  });

  test('may not read the numbers', async () => {
    const scene = await openScene({ mayRead: () => true });
    const answer = await scene.app.request('/metrics', { headers: { origin: 'https://other.example' } });
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  });
});
