import { hash } from 'node:crypto';
import type { FuzzRequest } from './fuzz-cases.ts';
import { MARKER } from './fuzz-headers.ts';
import { jsonOf, refusedOfBatch, refusedOfList, refusedWhole, siteOfCall } from './fuzz-refused.ts';
import type { Told, ToldCount } from './fuzz-refused.ts';

const HEADER = 'x-footfall-refused';
const WRONG_MAX = 10;

/** Texts of which only a hash is kept, outside of the heap: what the test keeps is not to look like what the collector does. */
export class Fingerprints {
  readonly #hashes: Float64Array;
  #length = 0;

  constructor(max: number) {
    this.#hashes = new Float64Array(max);
  }

  get length(): number {
    return this.#length;
  }

  add(text: string): void {
    if (this.#length === this.#hashes.length) throw new RangeError('more than were expected');
    this.#hashes[this.#length++] = hashOf(text);
  }

  /** Those texts that were not added, or not as often. */
  strangers(texts: string[]): string[] {
    const counts = new Map<number, number>();
    for (const one of this.#hashes.subarray(0, this.#length)) counts.set(one, (counts.get(one) ?? 0) + 1);
    return texts.filter((text) => {
      const left = counts.get(hashOf(text)) ?? 0;
      counts.set(hashOf(text), left - 1);
      return left <= 0;
    });
  }
}

function hashOf(text: string): number {
  return hash('sha1', text, 'buffer').readUIntBE(0, 6);
}

export interface VerdictsOptions {
  /** The zones of the sites that are there; others count for no site. */
  zones: ReadonlyMap<string, string>;
  now: () => number;
  /** Of accepted events. */
  max: number;
}

/** What a collector's answers say: what is wrong with them, which events are stored (`site|id`), and what is refused. */
export class Verdicts {
  readonly accepted: Fingerprints;
  readonly statuses: Record<number, number> = {};
  /** Events, by site, day and reason. */
  readonly refused: Record<string, number> = {};
  #wrong: string[] = [];
  readonly #options: VerdictsOptions;

  constructor(options: VerdictsOptions) {
    this.#options = options;
    this.accepted = new Fingerprints(options.max);
  }

  /** What has been wrong since the last time. */
  takeWrong(): string[] {
    const wrong = this.#wrong;
    this.#wrong = [];
    return wrong;
  }

  judge(request: FuzzRequest, { status, headers }: Response, text: string): void {
    this.statuses[status] = (this.statuses[status] ?? 0) + 1;
    this.#check(status < 500, `status ${status} ${text}`, request);
    const header = headers.get(HEADER);
    if (status === 202 || (status === 200 && request.path === '/track' && request.method === 'POST'))
      this.#accept(request, JSON.parse(text) as Record<string, unknown>, header);
    else if (status >= 400 && request.method !== 'HEAD') {
      this.#check(headers.get('content-type') === 'application/json', 'type', request);
      this.#check(!text.includes(MARKER) && !text.includes('onerror'), `repeats ${text}`, request);
      const answer = JSON.parse(text) as Record<string, unknown> & Told;
      this.#check(isRefusal(answer) && header === reasonsIn(answer), `refusal ${header} ${text}`, request);
      this.#count(refusedWhole(request, answer));
    }
  }

  #accept(request: FuzzRequest, answer: Record<string, unknown>, header: string | null): void {
    const body = jsonOf(request);
    if (Array.isArray(answer.refused)) {
      const refused = answer.refused as (Told & { index: number })[];
      const { site, events } = body as { site: string; events: { id: string }[] };
      const indexes = new Set(refused.map(({ index }) => index));
      const kept = events.filter((_, index) => !indexes.has(index));
      const isWhole = kept.length === answer.accepted && kept.length > 0 && indexes.size === refused.length;
      this.#check(isWhole, `accepted ${String(answer.accepted)}`, request);
      this.#check(refused.every(isRefusal), `refused ${JSON.stringify(refused)}`, request);
      this.#check((header ?? '') === reasonsIn(answer), `header ${header}`, request);
      for (const { id } of kept) this.accepted.add(`${site}|${id.toLowerCase()}`);
      this.#count(refusedOfBatch(request, refused));
      return;
    }
    const results = (answer.results ?? [answer]) as Record<string, unknown>[];
    const calls = Array.isArray(body) ? body : [body];
    this.#check(results.length === calls.length, `${results.length} results`, request);
    for (const [index, result] of results.entries()) {
      if (result.status === 'accepted')
        this.accepted.add(`${siteOfCall(request, calls[index])}|${String(result.event_id)}`);
      else this.#check(result.status === 'refused' && isRefusal(result), JSON.stringify(result), request);
    }
    this.#check((header ?? '') === reasonsIn({ results }), `header ${header}`, request);
    if (answer.results) this.#count(refusedOfList(request, answer.results as { reason?: string }[]));
  }

  #count(counts: ToldCount[]): void {
    const { zones, now } = this.#options;
    for (const { site, reason, count } of counts) {
      const zone = zones.get(site);
      const key = `${zone === undefined ? '' : site} ${dayIn(zone ?? 'UTC', now())} ${reason}`;
      this.refused[key] = (this.refused[key] ?? 0) + count;
    }
  }

  #check(condition: boolean, what: string, { method, path, headers, body }: FuzzRequest): void {
    if (condition || this.#wrong.length >= WRONG_MAX) return;
    const head = JSON.stringify(headers).slice(0, 500);
    this.#wrong.push(`${what}: ${method} ${path} ${head} ${body.toString('latin1').slice(0, 500)}`);
  }
}

/** What the header is to say: the reasons of the parts, or of the whole. */
function reasonsIn({ reason, refused, results }: { reason?: unknown; refused?: unknown; results?: unknown }): string {
  const parts = (refused ?? results ?? [{ reason }]) as { reason?: string }[];
  return [...new Set(parts.flatMap((part) => part.reason ?? []))].join(' ');
}

function isRefusal(value: unknown): boolean {
  const { reason, field, limit, fix, message } = value as Record<string, unknown>;
  const named = [reason, field, fix, message].every((text) => typeof text === 'string' && text !== '');
  return named && (typeof limit === 'number' || (typeof limit === 'string' && limit !== ''));
}

const calendars = new Map<string, { at: number; day: number }>();

/** Days since 1970-01-01 of a zone's calendar. */
function dayIn(zone: string, at: number): number {
  const known = calendars.get(zone);
  if (known?.at === at) return known.day;
  // Sweden writes 2026-03-10.
  const day = Date.parse(new Date(at).toLocaleDateString('sv-SE', { timeZone: zone })) / 86_400_000;
  calendars.set(zone, { at, day });
  return day;
}
