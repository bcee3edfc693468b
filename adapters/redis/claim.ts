import { setTimeout as pause } from 'node:timers/promises';
import { handlersOf } from '../handlers.ts';
import type { Handle } from '../handlers.ts';
import type { Leases } from './leases.ts';

/** The part of a lease's time between two looks: so long a partition may lie without a reader when a lease has run out. */
const LOOK = 0.2;
/** The part of a lease's time after which its handler must hear that it was not renewed. */
const SAFE = 0.9;

/** Runs a handler for each partition of which this process has the lease: `Queue.claim`. */
export async function claimByLeases(leases: Leases, handle: Handle, signal: AbortSignal): Promise<void> {
  const failed = new AbortController();
  const stop = AbortSignal.any([signal, failed.signal]);
  const handlers = handlersOf(handle, (reason) => failed.abort(reason));
  const end = (): void => handlers.runOnly([]);
  stop.addEventListener('abort', end);
  let timer: NodeJS.Timeout | undefined;
  while (!stop.aborted) {
    const asked = performance.now();
    // Away: the leases run out by themselves, and are taken again when Redis is back. Whoever reads hears of it.
    const held = await leases.hold().catch(() => undefined);
    const safeMs = leases.leaseMs * SAFE - (performance.now() - asked);
    // An answer that was so long on its way says nothing about now.
    if (held && safeMs > 0 && !stop.aborted) {
      clearTimeout(timer);
      handlers.runOnly(held);
      timer = setTimeout(end, safeMs);
    }
    await pause(leases.leaseMs * LOOK, undefined, { signal: stop }).catch(() => {});
  }
  clearTimeout(timer);
  await handlers.ended();
  // If that fails, they run out.
  await leases.release().catch(() => {});
  if (failed.signal.aborted) throw failed.signal.reason;
}
