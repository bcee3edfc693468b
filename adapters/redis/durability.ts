import type { Connection } from './connection.ts';

/**
 * What of Redis's set-up lets it lose what it has acknowledged, each with what to set. What it does not let us see is not
 * told.
 */
export async function doubtsOf({ place, call }: Connection): Promise<string[]> {
  const info = String(await call('INFO', ['persistence', 'memory']).catch(() => ''));
  const [, sync] = (await call('CONFIG', ['GET', 'appendfsync']).catch(() => [])) as string[];
  const doubts: string[] = [];
  if (/^aof_enabled:0/m.test(info)) {
    doubts.push(`${place} keeps no log on the disk: a restart loses what was acknowledged. Set appendonly yes.`);
  } else if (sync !== undefined && sync !== 'always') {
    doubts.push(
      `${place} acknowledges before the disk has it (appendfsync ${sync}): a power cut loses that. Set appendfsync always.`,
    );
  }
  if (/^maxmemory:0\b/m.test(info)) {
    doubts.push(
      `${place} has no limit to its memory (maxmemory 0): a queue that grows takes that of the machine. Set maxmemory.`,
    );
  }
  const policy = /^maxmemory_policy:(allkeys-\S+)/m.exec(info)?.[1];
  if (policy !== undefined) {
    doubts.push(`${place} throws entries away when its memory is full (${policy}). Set maxmemory-policy noeviction.`);
  }
  return doubts;
}
