import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { z } from 'zod';
import { messageOf } from '../core/errors.ts';
import type { Queue } from '../core/ports.ts';
import { isSecret } from './access.ts';

/** Bytes of one request; the entries of a part of an imported file are far below. */
export const CONTROL_BYTES_MAX = 16 * 1024 * 1024;

/** What `POST /append` takes. */
export const appendSchema = z.array(z.object({ partition: z.number().int().min(0), body: z.string() })).max(1000);

export interface ControlOptions {
  queue: Pick<Queue, 'append' | 'partitions'>;
  /** What a caller has to know; it is in the data folder. */
  secret: string;
}

/**
 * What a running server does for the commands of its own machine and user: `POST /append` puts entries into the queue,
 * to which only one process may append. Whoever knows the secret could write into the data folder as well.
 */
export function control({ queue, secret }: ControlOptions): Hono {
  const app = new Hono();
  app.use(async (c, next) => (isSecret(c, secret) ? next() : c.json({ error: 'the secret is wrong' }, 401)));
  app.use(bodyLimit({ maxSize: CONTROL_BYTES_MAX, onError: (c) => c.json({ error: 'too large' }, 413) }));
  app.post('/append', async (c) => {
    const entries = appendSchema.safeParse(await c.req.json().catch(() => undefined));
    const isRight = entries.success && entries.data.every(({ partition }) => partition < queue.partitions);
    if (!isRight) return c.json({ error: 'not a list of entries' }, 400);
    try {
      await queue.append(entries.data);
      return c.json({ status: 'accepted' }, 202);
    } catch (error) {
      return c.json({ error: messageOf(error) }, 503);
    }
  });
  return app;
}
