import { Agent, get } from 'node:http';
import { createServer } from 'node:net';
import { Hono } from 'hono';
import { describe, expect, test } from 'vitest';
import { Unusable } from '../core/errors.ts';
import { listen } from './listen.ts';

const options = { host: '127.0.0.1', port: 0, settings: { host: 'HOST', port: 'PORT' }, requestMsMax: 5000 };

/** The body that an address answers, over a connection that is kept for the next. */
function ask(port: number, path: string, agent: Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path, agent }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      answer.once('end', () => resolve(text));
    }).once('error', reject);
  });
}

describe('closing', () => {
  test('answers what is in hand, and does not wait for clients that would keep their connections', async () => {
    let answerSlow = (): void => {};
    let arrived = (): void => {};
    const slow = new Promise<void>((resolve) => (answerSlow = resolve));
    const isThere = new Promise<void>((resolve) => (arrived = resolve));
    const app = new Hono();
    app.get('/fast', (c) => c.text('fast'));
    app.get('/slow', async (c) => {
      arrived();
      await slow;
      return c.text('slow');
    });
    const agent = new Agent({ keepAlive: true });
    const { port, close } = await listen(app, options);
    try {
      // One connection idles, the other is in use until after the closing has begun.
      expect(await ask(port, '/fast', agent)).toBe('fast');
      const answer = ask(port, '/slow', agent);
      await isThere;
      const closed = close();
      await expect(ask(port, '/fast', new Agent())).rejects.toThrow('ECONNREFUSED');
      answerSlow();
      expect(await answer).toBe('slow');
      // By itself the connection would live on for longer than a test may take.
      await closed;
    } finally {
      agent.destroy();
    }
  });
});

describe('an address that cannot be had', () => {
  test('is named with the settings to change', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const address = other.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const taken = listen(new Hono(), { ...options, port });
    await expect(taken).rejects.toBeInstanceOf(Unusable);
    await expect(taken).rejects.toThrow(
      `127.0.0.1:${port}: port ${port} is taken by another program. Set PORT or HOST.`,
    );
    await new Promise((resolve) => other.close(resolve));
  });
});
