import { Hono } from 'hono';
import { describe, expect, test } from 'vitest';
import { readBody } from './body.ts';
import { incomingOf } from './hono-door.ts';
import { Refusal } from './refusal.ts';

const MAX = 100;
const app = new Hono();
app.post('/', async (c) => {
  const body = await readBody(incomingOf(c, undefined), MAX);
  return body instanceof Refusal ? c.json({ refused: body.plain() }) : c.json({ body });
});

async function send(init: RequestInit): Promise<{ body?: string; refused?: { reason: string; field: string } }> {
  const answer = await app.request('/', { method: 'POST', ...init });
  return (await answer.json()) as { body?: string };
}

/** A body of chunks, without a length. */
function stream(chunks: string[], fail = false): RequestInit & { duplex: 'half'; read: () => number } {
  let read = 0;
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const chunk = chunks[read];
        read += 1;
        if (chunk !== undefined) controller.enqueue(new TextEncoder().encode(chunk));
        else if (fail) controller.error(new Error('gone'));
        else controller.close();
      },
    },
    { highWaterMark: 0 },
  );
  return { body, duplex: 'half', read: () => read };
}

describe('readBody', () => {
  test('reads a body with a length and one without', async () => {
    expect(await send({ body: 'ä', headers: { 'content-length': '2' } })).toEqual({ body: 'ä' });
    expect(await send(stream(['a', 'b']))).toEqual({ body: 'ab' });
    expect(await send({})).toEqual({ body: '' });
  });

  test('puts characters together that chunks cut', async () => {
    const bytes = Buffer.from('ä€');
    const body = new ReadableStream({
      start(controller) {
        for (const byte of bytes) controller.enqueue(new Uint8Array([byte]));
        controller.close();
      },
    });
    const init: RequestInit & { duplex: 'half' } = { body, duplex: 'half' };
    expect(await send(init)).toEqual({ body: 'ä€' });
  });

  test('takes as many bytes as it may', async () => {
    expect(await send({ body: 'x'.repeat(MAX), headers: { 'content-length': `${MAX}` } })).toHaveProperty('body');
    expect(await send(stream(['x'.repeat(MAX)]))).toHaveProperty('body');
  });

  test('refuses a length that is too large without reading', async () => {
    const endless = stream(Array<string>(1000).fill('x'));
    const answer = await send({ ...endless, headers: { 'content-length': `${MAX + 1}` } });
    expect(answer.refused).toMatchObject({ reason: 'too_large', field: 'body', limit: MAX });
    expect(endless.read()).toBe(0);
  });

  test.each([['-1x'], ['abc'], ['1e3']])('refuses the length %s', async (length) => {
    expect(await send({ body: 'x', headers: { 'content-length': length } })).toHaveProperty('refused');
  });

  test('stops reading a body without a length where it gets too large', async () => {
    const endless = stream(Array<string>(1000).fill('x'.repeat(30)));
    expect((await send(endless)).refused).toMatchObject({ reason: 'too_large', limit: MAX });
    expect(endless.read()).toBe(4);
  });

  test('refuses a body that is larger than it said', async () => {
    const answer = await send({ body: 'x'.repeat(MAX + 1), headers: { 'content-length': '5' } });
    expect(answer.refused).toMatchObject({ reason: 'too_large' });
  });

  test('refuses a body that breaks off', async () => {
    expect((await send(stream(['x'], true))).refused).toMatchObject({ reason: 'malformed_json', field: 'body' });
  });

  test.each([
    ['text/plain'],
    ['text/plain;charset=UTF-8'],
    ['Application/JSON ; charset=utf-8'],
    ['application/json'],
    [''],
  ])('takes the type %j', async (type) => {
    expect(await send({ body: 'x', headers: { 'content-type': type } })).toEqual({ body: 'x' });
  });

  test.each([
    ['application/x-www-form-urlencoded'],
    ['multipart/form-data; boundary=x'],
    ['text/html'],
    ['text/plainx'],
  ])('refuses the type %s', async (type) => {
    const answer = await send({ body: 'x', headers: { 'content-type': type } });
    expect(answer.refused).toMatchObject({ reason: 'content_type', field: 'content-type' });
  });

  test.each([['gzip'], ['br'], ['gzip, identity'], ['x']])('refuses the encoding %s', async (encoding) => {
    const answer = await send({ body: 'x', headers: { 'content-encoding': encoding } });
    expect(answer.refused).toMatchObject({ reason: 'content_encoding', field: 'content-encoding' });
  });

  test('takes the encoding identity', async () => {
    expect(await send({ body: 'x', headers: { 'content-encoding': 'Identity' } })).toEqual({ body: 'x' });
  });
});
