import type { Context, Event } from '../core/event.ts';
import type { Site } from '../core/site.ts';
import type { WireRefusal } from '../sdk/src/wire.ts';
import { wireLimits } from '../sdk/src/wire.ts';
import { acceptBatch, refuse } from './answer.ts';
import { claimOf, parseBatch } from './batch.ts';
import type { BrowserBatch, BrowserEvent, RefusedEvent } from './batch.ts';
import { readBody } from './body.ts';
import { countRefused } from './count-refused.ts';
import { dater, tooOld } from './date-batch.ts';
import type { DatedEvent } from './date-batch.ts';
import type { Door, Outgoing } from './door.ts';
import { enqueue } from './enqueue.ts';
import { enrich } from './enrich.ts';
import { judgePath, judgePlace } from './exclude.ts';
import { plainUserId, visitorsOf } from './identify.ts';
import type { Visitors } from './identify.ts';
import { languageOf } from './language.ts';
import type { Parts } from './parts.ts';
import { wishOf } from './privacy.ts';
import { Refusal } from './refusal.ts';
import { senderOf } from './sender.ts';
import type { Sender } from './sender.ts';
import { judge, judgeHostname } from './shield.ts';

const DROPPED = new Refusal(
  'gpc',
  'sec-gpc',
  'a browser that does not ask for privacy',
  "nothing: that is the site's choice",
  'the site drops what browsers send that ask for privacy',
);

/**
 * The browsers' door: one batch of one site, one step after the other. What happens to an event is to be read here from
 * top to bottom. Steps that seldom wait return a promise only when they do: each `await` has its price.
 */
export function browserDoor(parts: Parts): Door {
  const { limits, sites, salts, rates } = parts;

  return async function receiveBatch(incoming) {
    const arrival = parts.now();

    const body = await readBody(incoming, wireLimits.bodyBytesMax);
    const batch = body instanceof Refusal ? body : parseBatch(body);
    if (batch instanceof Refusal) return turnAwayUnread(body, arrival, batch);

    const found = sites.find(batch.site, batch.events.length > 0);
    const site = found instanceof Promise ? await found : found;
    if (site instanceof Refusal) return turnAway(undefined, arrival, batch.refused[0]?.refusal ?? site, batch.count);

    const sender = senderOf(incoming, parts);
    const wish = wishOf(site, batch.gpc, sender.header);
    const isPrivate = wish === 'count' || wish === 'drop';
    const judged =
      judgePlace(site, sender) ?? judge(site, sender, batch, rates) ?? (wish === 'drop' ? DROPPED : undefined);
    if (judged) {
      note(parts, site, sender, { time: arrival, refusal: judged, event: batch.events[0]?.event, isPrivate });
      return turnAway(site, arrival, judged, batch.count);
    }

    const dated = sift(batch, site, sender, arrival);
    const days = new Set(dated.map(({ day }) => day));
    const known = isPrivate ? undefined : sender.traits && visitorsOf(salts, site, sender.traits, days);
    const visitors = known instanceof Promise ? await known : known;
    // From here on there is neither an address nor a user agent.

    const userId = isPrivate || batch.user_id === undefined ? undefined : plainUserId(site, batch.user_id);
    const events = enrichAll(batch, site, dated, { visitors, userId }, limits.eventAgeMsMax);
    batch.refused.sort((a, b) => a.index - b.index);
    for (const { index, refusal } of batch.refused) {
      const event = batch.events.find((one) => one.index === index)?.event;
      note(parts, site, sender, { time: arrival, refusal, event, name: event?.name, isPrivate });
    }
    const first = batch.refused[0];
    if (events.length === 0 && first) return turnAwayAll(site, arrival, batch.refused, first.refusal);

    const context = isPrivate ? { country: sender.place.country } : contextOf(batch, sender);
    const failure = await enqueue(parts, [{ site, context, events, refused: batch.refused }], arrival);
    if (failure) return refuse(failure, limits.retryAfterSeconds);
    return acceptBatch(events.length, arrival, batch.refused.map(wireRefusal));
  };

  /** Counts it for the site that it names, if there is one: none comes into being by that. */
  async function turnAwayUnread(body: string | Refusal, arrival: number, refusal: Refusal): Promise<Outgoing> {
    if (body instanceof Refusal) return turnAway(undefined, arrival, refusal, 1);
    const { site: id, count } = claimOf(body);
    const site = id === undefined ? undefined : await sites.find(id, false);
    return turnAway(site instanceof Refusal ? undefined : site, arrival, refusal, count);
  }

  function turnAway(site: Site | undefined, arrival: number, refusal: Refusal, count: number): Outgoing {
    countRefused(parts, site, arrival, refusal.reason, count);
    return refuse(refusal, limits.retryAfterSeconds);
  }

  function turnAwayAll(site: Site, arrival: number, refused: RefusedEvent[], first: Refusal): Outgoing {
    for (const { refusal } of refused) countRefused(parts, site, arrival, refusal.reason, 1);
    const refusals = refused.map(wireRefusal);
    return refuse(first, limits.retryAfterSeconds, { accepted: 0, now: arrival, refused: refusals }, refusals);
  }

  /** Judges each event's host and time; those that may stay, filed. */
  function sift(batch: BrowserBatch, site: Site, sender: Sender, arrival: number): DatedEvent[] {
    const date = dater(site, batch, arrival, salts, limits);
    const dated: DatedEvent[] = [];
    for (const { index, event } of batch.events) {
      const field = `events[${index}].url`;
      const foreign = judgeHostname(site, event.url.hostname, sender.traits?.address, field);
      const result = foreign ?? judgePath(site, event.url.path, field) ?? date(event, index);
      if (result instanceof Refusal) batch.refused.push({ index, refusal: result });
      else dated.push(result);
    }
    return dated;
  }
}

/** What the site's owner may see of a refusal. */
interface Noted {
  /** ms since 1970, of arrival. */
  time: number;
  refusal: Refusal;
  event: BrowserEvent | undefined;
  name?: string | undefined;
  /** Whether the browser asks for privacy: of its visitor then no more is noted than is kept. */
  isPrivate: boolean;
}

/** Shows a refusal to the site's owner: of a browser that asks for privacy no more than is kept of it. */
function note(
  { refusalLog }: Parts,
  site: Site,
  sender: Sender,
  { time, refusal, event, name, isPrivate }: Noted,
): void {
  const { hostname, path } = event?.url ?? {};
  const { reason, field } = refusal;
  const { browser, os, device } = isPrivate ? {} : sender.agent.context;
  const { country } = sender.place;
  refusalLog.note(site, { time, reason, field, name, hostname, path, browser, os, device, country });
}

/** Whose the events of a batch are. */
interface Known {
  /** Undefined where there is to be none, or the address is unknown; without a key for a day whose salt has died. */
  visitors: Visitors | undefined;
  userId: string | undefined;
}

/** The events as they go into the log; one whose day's salt has died is refused. */
function enrichAll(batch: BrowserBatch, site: Site, dated: DatedEvent[], known: Known, ageMsMax: number): Event[] {
  const events: Event[] = [];
  for (const one of dated) {
    const visitor = known.visitors?.get(one.day);
    if (!known.visitors || visitor !== undefined) events.push(enrich(one, visitor, known.userId, site));
    else batch.refused.push({ index: one.index, refusal: tooOld(`events[${one.index}].time`, ageMsMax) });
  }
  return events;
}

function contextOf({ language }: BrowserBatch, { agent, place, header }: Sender): Context {
  return { ...agent.context, language: languageOf(language, header('accept-language')), ...place };
}

function wireRefusal({ index, refusal }: RefusedEvent): WireRefusal {
  return { index, ...refusal.plain() };
}
