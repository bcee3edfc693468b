import type { Context } from 'hono';
import { refuse } from './answer.ts';
import { refusalOfFailure } from './failure.ts';
import { respond } from './hono-door.ts';
import { ageOf } from './metrics.ts';
import type { Parts } from './parts.ts';
import { Refusal } from './refusal.ts';

/** `GET /healthz`: whether events can be taken, and how much waits in the queue. */
export function health(parts: Pick<Parts, 'queue' | 'log' | 'now' | 'limits'>): (c: Context) => Promise<Response> {
  return async () => {
    try {
      const depth = await parts.queue.depth();
      const queue = { entries: depth.entries, age_ms: ageOf(depth, parts.now()) };
      return Response.json({ status: 'ok', queue }, { headers: { 'cache-control': 'no-store' } });
    } catch (error) {
      return respond(refuse(refusalOfFailure(parts, error), parts.limits.retryAfterSeconds));
    }
  };
}

/** `GET /metrics`: the numbers in the format of Prometheus, for whoever `mayRead`. */
export function readMetrics(
  parts: Pick<Parts, 'metrics' | 'limits'>,
  mayRead: (c: Context) => boolean | Promise<boolean>,
): (c: Context) => Promise<Response> {
  const fix = 'send the token that was printed at the first start, as Authorization: Bearer <token>';
  const forbidden = new Refusal('forbidden', 'authorization', 'a reader', fix, 'only for those who may read it');
  return async (c) => {
    if (!(await mayRead(c))) return respond(refuse(forbidden, parts.limits.retryAfterSeconds));
    const { registry } = parts.metrics;
    return new Response(await registry.metrics(), { headers: { 'content-type': registry.contentType } });
  };
}
