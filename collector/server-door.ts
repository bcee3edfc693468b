import type { LogEntry } from '../core/event.ts';
import type { Site } from '../core/site.ts';
import { accept, refuse } from './answer.ts';
import { readBody } from './body.ts';
import { Bundles } from './bundles.ts';
import type { Accepted } from './bundles.ts';
import type { Call, CallForm, Calls } from './calls.ts';
import { callForm, countCalls, parseCalls } from './calls.ts';
import { countRefused } from './count-refused.ts';
import { needsKey } from './date-call.ts';
import type { Door, Outgoing } from './door.ts';
import { enqueue } from './enqueue.ts';
import { contextOfCall } from './enrich-call.ts';
import { keyholder } from './key.ts';
import { keptPath } from './kept-path.ts';
import { pageOfPath } from './page.ts';
import type { Parts } from './parts.ts';
import { publishTracks, trackOf } from './publish.ts';
import type { Track } from './publish.ts';
import { Refusal } from './refusal.ts';
import { takeCall } from './take-call.ts';
import { trackForm } from './tracks.ts';

type Found = Map<string, Site | Refusal>;

interface Taken {
  /** Takes those that are published. */
  tracks: Track[];
  index: number;
  call: Call;
  /** Where the event is in the body: '', or `[3].`. */
  at: string;
  site: Site;
  arrival: number;
  isKeyholder: (site: Site) => boolean;
}

/** What tells the servers' doors apart. */
export interface ServerDoorOptions {
  form: CallForm;
  /** Of its entries in the log. */
  door?: LogEntry['door'];
  /** Keeps what is accepted elsewhere than in the queue. */
  publish?: ((tracks: Track[]) => Promise<void>) | undefined;
  /** Of an answer to what is stored. */
  status: number;
  /** What is answered to one event that is stored, and to a list of which one is. */
  told: { one(stored: Accepted): object; list: string };
}

/** `POST /event`. */
const eventDoor: ServerDoorOptions = {
  form: callForm,
  status: 202,
  told: { one: (stored) => stored, list: 'accepted' },
};

/**
 * `POST /track`, of the second seed.
 *
 * @param site of events that name none
 */
export function trackDoor(site: string, publish?: ServerDoorOptions['publish']): ServerDoorOptions {
  const told = { one: () => ({ status: 'ok' }), list: 'ok' };
  return { form: trackForm(site), door: 'track', publish, status: 200, told };
}

/**
 * A servers' door: one event, or a list of events of any sites, one step after the other. It does not judge the
 * caller's address and agent, which are a backend's, and never looks at them.
 */
export function serverDoor(parts: Parts, options: ServerDoorOptions = eventDoor): Door {
  const { form, door, publish: into } = options;
  const { limits, sites, rates } = parts;

  return async function receiveCalls(incoming) {
    const arrival = parts.now();

    const body = await readBody(incoming, limits.serverBodyBytesMax);
    const calls = body instanceof Refusal ? body : parseCalls(body, limits.serverEventsMax, form);
    if (calls instanceof Refusal) return turnAway(arrival, calls, body instanceof Refusal ? 1 : countCalls(body));

    const found = await find(calls);
    if (found instanceof Refusal) return turnAway(arrival, found, calls.count);

    const sorted = new Bundles();
    const tracks: Track[] = [];
    const isKeyholder = keyholder(incoming.header('authorization'));
    for (const { index, call } of calls.calls) {
      const site = found.get(call.site_id);
      const at = calls.list ? `[${index}].` : '';
      if (site instanceof Refusal) sorted.refuse(undefined, index, site);
      else if (site) await take(sorted, { tracks, index, call, at, site, arrival, isKeyholder });
    }
    // From here on there is neither an address nor a user agent.

    for (const { index, refusal, siteId } of calls.refused) {
      const site = known(found, siteId);
      const { reason, field } = refusal;
      if (site) parts.refusalLog.note(site, { time: arrival, reason, field });
      sorted.refuse(site, index, refusal);
    }
    const { bundles, alone } = sorted.sealed();
    for (const { site, refusal } of alone) countRefused(parts, site, arrival, refusal.reason, 1);
    if (bundles.length > 0) {
      const failure = into
        ? await publishTracks(parts, tracks, bundles, { arrival, into })
        : await enqueue(parts, bundles, arrival, door);
      if (failure) return refuse(failure, limits.retryAfterSeconds);
    }
    return answer(calls.list, sorted.results, bundles.length > 0, options, limits.retryAfterSeconds);
  };

  function turnAway(arrival: number, refusal: Refusal, count: number): Outgoing {
    countRefused(parts, undefined, arrival, refusal.reason, count);
    return refuse(refusal, limits.retryAfterSeconds);
  }

  async function find({ calls, refused }: Calls): Promise<Found | Refusal> {
    const ids = new Map<string, boolean>();
    for (const { siteId } of refused) if (siteId !== undefined) ids.set(siteId, false);
    for (const { call } of calls) ids.set(call.site_id, true);
    const max = limits.serverSitesMax;
    if (ids.size > max) {
      const fix = `send events of at most ${max} sites in one request`;
      return new Refusal('too_large', 'site_id', max, fix, `the list has events of more than ${max} sites`);
    }
    return new Map(await Promise.all([...ids].map(async ([id, make]) => [id, await sites.find(id, make)] as const)));
  }

  /** One event's way to the others of its site, or to the refused. */
  async function take(sorted: Bundles, { tracks, index, call, at, site, arrival, isKeyholder }: Taken): Promise<void> {
    const trusted = () => parts.openServers || isKeyholder(site);
    const personal = call.ip === undefined ? (call.user_agent === undefined ? undefined : 'user_agent') : 'ip';
    const refusal = rates.take(site.id, 1) ?? (personal && !trusted() ? needsKey(at + personal) : undefined);
    if (refusal) return refuseOne(refusal);

    const event = await takeCall(parts, call, site, { at, arrival, trusted });
    if (event instanceof Refusal) return refuseOne(event);
    const track = trackOf(call, event, site);
    if (track) tracks.push(track);
    const context = contextOfCall(call, parts);
    return sorted.add(site, context, index, event);

    function refuseOne(one: Refusal): void {
      const { reason, field } = one;
      const page = pageOfPath(call.path, call.hostname);
      const what = { name: call.event_type, hostname: page.hostname, path: keptPath(page, site) };
      parts.refusalLog.note(site, { time: arrival, reason, field, ...what });
      sorted.refuse(site, index, one);
    }
  }
}

/** @param stored whether at least one event is */
function answer(
  list: boolean,
  results: Bundles['results'],
  stored: boolean,
  { told, status }: ServerDoorOptions,
  retryAfterSeconds: number,
): Outgoing {
  const refusals = results.filter((result) => result instanceof Refusal);
  const [refused] = refusals;
  const each = results.map((result) => (result instanceof Refusal ? { status: 'refused', ...result.plain() } : result));
  if (!stored && refused) return refuse(refused, retryAfterSeconds, list ? { results: each } : {}, refusals);
  const [only] = results;
  const one = only && !(only instanceof Refusal) ? told.one(only) : undefined;
  return accept(JSON.stringify(list ? { status: told.list, results: each } : one), status, refusals);
}

function known(found: Found, siteId: string | undefined): Site | undefined {
  const site = siteId === undefined ? undefined : found.get(siteId);
  return site instanceof Refusal ? undefined : site;
}
