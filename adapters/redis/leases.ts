import { randomUUID } from 'node:crypto';
import type { Connection } from './connection.ts';

/** The leases of one process on partitions. They say who reads which; that nothing counts twice does not rest on them. */
export interface Leases {
  leaseMs: number;
  /** Says that this process lives, and answers which partitions are its own for the next `leaseMs`. */
  hold(): Promise<number[]>;
  /** Gives them all back. */
  release(): Promise<void>;
}

/**
 * KEYS: the living processes by the time until which they live, all leases. ARGV: who asks, ms that a lease lasts.
 * A process has its even share at most. What it has beyond it gives up, and a newcomer takes that with its next look.
 * By Redis's clock alone. `allow-oom`: a queue that is full must still be read.
 */
const HOLD = `#!lua flags=allow-oom
local owner, leaseMs = ARGV[1], tonumber(ARGV[2])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
redis.call('ZADD', KEYS[1], now + leaseMs, owner)
redis.call('PEXPIRE', KEYS[1], leaseMs)
local share = math.ceil((#KEYS - 1) / redis.call('ZCARD', KEYS[1]))
local held = {}
local function take(i)
  redis.call('SET', KEYS[i], owner, 'PX', leaseMs)
  held[#held + 1] = i - 2
end
local free = {}
for i = 2, #KEYS do
  local holder = redis.call('GET', KEYS[i])
  if not holder then
    free[#free + 1] = i
  elseif holder == owner then
    if #held < share then take(i) else redis.call('DEL', KEYS[i]) end
  end
end
for _, i in ipairs(free) do
  if #held < share then take(i) end
end
return held
`;

/** The same keys. ARGV: whose leases end. */
const RELEASE = `#!lua flags=allow-oom
redis.call('ZREM', KEYS[1], ARGV[1])
for i = 2, #KEYS do
  if redis.call('GET', KEYS[i]) == ARGV[1] then redis.call('DEL', KEYS[i]) end
end
return 0
`;

/** Leases for a new owner. */
export function newLeases(connection: Connection, prefix: string, partitions: number, leaseMs: number): Leases {
  const owner = randomUUID();
  const each = Array.from({ length: partitions }, (_, partition) => `${prefix}:lease:${partition}`);
  const keys = [`${prefix}:readers`, ...each];
  return {
    leaseMs,
    async hold() {
      return (await connection.run(HOLD, keys, [owner, leaseMs])) as number[];
    },
    async release() {
      await connection.run(RELEASE, keys, [owner]);
    },
  };
}
