import type { Context, Event } from '../core/event.ts';
import type { Site } from '../core/site.ts';
import type { WireRefusal } from '../sdk/src/wire.ts';
import { wireLimits } from '../sdk/src/wire.ts';
import { acceptBatch, refuse } from './answer.ts';
import { parseBatch } from './batch.ts';
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
import { maskedFor } from './mask.ts';
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
    if (batch instanceof Refusal) return turnAway(undefined, arrival, batch, 1);

    const found = sites.find(batch.site, batch.events.length > 0);
    const site = found instanceof Promise ? await found : found;
    if (site instanceof Refusal) return turnAway(undefined, arrival, batch.refused[0]?.refusal ?? site, batch.count);

    const sender = senderOf(incoming, parts);
    const judged = judgePlace(site, sender) ?? judge(site, sender, batch, rates);
    if (judged) {
      note(site, sender, arrival, { refusal: judged, event: batch.events[0]?.event });
      return turnAway(site, arrival, judged, batch.count);
    }

    const wish = wishOf(site, batch.gpc, sender.header);
    if (wish === 'drop') return turnAway(site, arrival, DROPPED, batch.count);
    const isPrivate = wish === 'count';

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
      note(site, sender, arrival, { refusal, event, name: event?.name });
    }
    const first = batch.refused[0];
    if (events.length === 0 && first) return turnAwayAll(site, arrival, batch.refused, first.refusal);

    const context = isPrivate ? { country: sender.place.country } : contextOf(batch, sender);
    const failure = await enqueue(parts, [{ site, context, events, refused: batch.refused }], arrival);
    if (failure) return refuse(failure, limits.retryAfterSeconds);
    return acceptBatch(events.length, arrival, batch.refused.map(wireRefusal));
  };

  function note(site: Site, sender: Sender, time: number, { refusal, event, name }: Noted): void {
    const { hostname, path } = event?.url ?? {};
    const { browser, os, device } = sender.agent.context;
    const what = { name, hostname, path: path === undefined ? undefined : maskedFor(site, path) };
    const { reason, field } = refusal;
    const { country } = sender.place;
    parts.refusalLog.note(site.id, { time, reason, field, ...what, browser, os, device, country });
  }

  function turnAway(site: Site | undefined, arrival: number, refusal: Refusal, count: number): Outgoing {
    countRefused(parts, site, arrival, refusal.reason, count);
    return refuse(refusal, limits.retryAfterSeconds);
  }

  function turnAwayAll(site: Site, arrival: number, refused: RefusedEvent[], first: Refusal): Outgoing {
    for (const { refusal } of refused) countRefused(parts, site, arrival, refusal.reason, 1);
    const more = { accepted: 0, now: arrival, refused: refused.map(wireRefusal) };
    return refuse(first, limits.retryAfterSeconds, more);
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
  refusal: Refusal;
  event: BrowserEvent | undefined;
  name?: string | undefined;
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
