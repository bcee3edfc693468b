import { randomUUID } from 'node:crypto';
import { lastRefusalsKind } from '../core/last-refusals.ts';
import type { LastRefusal } from '../core/last-refusals.ts';
import type { Limits } from '../core/limits.ts';
import type { Documents } from '../core/ports.ts';
import type { Site } from '../core/site.ts';
import { maskedFor } from './mask.ts';

/** The latest refusals of each site, for its owner to see why a visit is missing. */
export interface RefusalLog {
  /** Notes one, masked as what is kept is. It never fails and never waits. */
  note(site: Pick<Site, 'id' | 'masking'>, refusal: LastRefusal): void;
  /** Writes what is new. Rejects when the store is away; then it is written the next time. */
  flush(): Promise<void>;
}

export interface RefusalLogOptions {
  documents: Pick<Documents, 'create' | 'delete'>;
  limits: Pick<Limits, 'refusalsKeptMax' | 'refusalsKeptHours' | 'refusalLogSitesMax' | 'refusalLogFlushSitesMax'>;
  now: () => number;
}

const HOUR_MS = 3_600_000;

/** A log that each collector keeps for itself: a document a site and collector, so that no two write the same. */
export function refusalLog({ documents, limits, now }: RefusalLogOptions): RefusalLog {
  const own = randomUUID();
  const bySite = new Map<string, LastRefusal[]>();
  const changed = new Set<string>();

  function note(site: Pick<Site, 'id' | 'masking'>, refusal: LastRefusal): void {
    const list = bySite.get(site.id) ?? [];
    if (list.length === 0 && bySite.size >= limits.refusalLogSitesMax) return;
    bySite.set(site.id, list);
    const { name, hostname, path } = refusal;
    const hidden = (text: string | undefined) => (text === undefined ? undefined : maskedFor(site, text));
    list.push({ ...refusal, name: hidden(name), hostname: hidden(hostname), path: hidden(path) });
    if (list.length > limits.refusalsKeptMax) list.shift();
    changed.add(site.id);
  }

  async function flush(): Promise<void> {
    const keptMs = limits.refusalsKeptHours * HOUR_MS;
    forgetOld(now() - keptMs);
    for (const site of [...changed].slice(0, limits.refusalLogFlushSitesMax)) {
      const kind = lastRefusalsKind(site);
      await documents.delete(kind, own);
      const refusals = bySite.get(site) ?? [];
      // It goes with its oldest: whoever is still there writes it anew without that one.
      const [oldest] = refusals;
      if (oldest) await documents.create(kind, own, { refusals }, { expires: oldest.time + keptMs });
      changed.delete(site);
    }
  }

  function forgetOld(since: number): void {
    for (const [site, list] of bySite) {
      const young = list.filter(({ time }) => time >= since);
      if (young.length === list.length) continue;
      changed.add(site);
      if (young.length === 0) bySite.delete(site);
      else bySite.set(site, young);
    }
  }

  return { note, flush };
}
