import { wireLimits, PAGEVIEW, ENGAGEMENT } from '../../sdk/src/wire.ts';
import type { Event } from '../../core/event.ts';
import type { Limits } from '../../core/limits.ts';
import { closedOf } from '../../core/retention.ts';
import type { Site } from '../../core/site.ts';
import { plainAddress } from '../address.ts';
import { cutAgent } from '../agent.ts';
import type { ReadAgent } from '../agent.ts';
import { clean, cleanAll } from '../clean.ts';
import type { HmacKey } from '../hmac.ts';
import { visitorKey } from '../identify.ts';
import { keptPath } from '../kept-path.ts';
import { languageOf } from '../language.ts';
import { maskedEvent } from '../mask.ts';
import { pageOf } from '../page.ts';
import type { Page } from '../page.ts';
import type { PlaceOf } from '../place-reader.ts';
import { judgeHostname } from '../shield.ts';
import { acquisitionOf } from '../source.ts';
import { fileAt } from '../time.ts';
import { parseCaddy } from './caddy.ts';
import type { Choices } from './choices.ts';
import { parseCommon } from './common.ts';
import { isExported, parseExported } from './exported.ts';
import type { Exported } from './exported.ts';
import type { Hit } from './hit.ts';
import type { ImportSalts } from './import-salts.ts';
import { judgeHit } from './judge-hit.ts';
import type { SkipReason } from './judge-hit.ts';

/** What a line has come to: an event, or why it is none (and the site's day, where that is known). */
export type Outcome = { event: Event } | { skipped: SkipReason; day?: number };

export interface LineImporterOptions {
  site: Site;
  /** The host of pages, where the log does not tell it. Default: the site's first hostname, or its id if that is one. */
  hostname?: string | undefined;
  choices: Choices;
  salts: Pick<ImportSalts, 'of'>;
  readAgent: ReadAgent;
  /** Default: no address has a place. */
  placeOf?: PlaceOf;
  /** Id of the event of the line that begins at a byte of the file. */
  idOf: (time: number, at: number) => string;
  /** The site of which events in an export are wanted. Default: any. */
  exportedSite?: string | undefined;
  /** Id of this store: what was exported from it is there already. */
  store?: string | undefined;
  limits: Pick<Limits, 'userAgentCharsMax' | 'clockAheadMsMax'>;
  now: () => number;
}

/**
 * A function that takes one line of a log or an export the way of an event: parse, judge, date, identify, enrich. What
 * happens to a line is to be read here from top to bottom. It returns a promise only where a day's salt is not in memory.
 *
 * @throws Unavailable (rejects) where the store is away then
 */
export function lineImporter(options: LineImporterOptions): (line: string, at: number) => Outcome | Promise<Outcome> {
  const { site, choices, salts, readAgent, placeOf, limits, now } = options;
  const hostname = hostnameOf(options.hostname ?? site.hostnames?.[0] ?? hostOfId(site.id));

  const isClosed = (day: number): boolean => day < closedOf(site, now()).visitsBefore;

  return function importLine(line, at) {
    const json = line.startsWith('{') ? parseJson(line) : undefined;
    if (isExported(json)) return takeExported(json);
    const hit = json === undefined ? parseCommon(line) : parseCaddy(json);
    return hit ? takeHit(hit, at) : { skipped: 'broken' };
  };

  function takeHit(hit: Hit, at: number): Outcome | Promise<Outcome> {
    if (hit.target.length > wireLimits.urlCharsMax) return { skipped: 'too_long' };
    const reason = judgeHit(hit, pathOf(hit.target), choices);
    if (reason) return { skipped: reason };

    const page = pageOfTarget(hit, hostname);
    // A path is none only where it is too long once it is escaped.
    if (!page) return { skipped: hit.target.startsWith('/') ? 'too_long' : 'broken' };

    const arrival = now();
    const time = Math.min(hit.time, arrival);
    const filed = fileAt(site.zone, time);
    if (hit.time > arrival + limits.clockAheadMsMax) return { skipped: 'in_future', day: filed.day };

    if (isClosed(filed.day)) return { skipped: 'day_closed', day: filed.day };

    // An escape can bring in what no header holds.
    const agent = hit.agent === undefined ? undefined : cutAgent(clean(hit.agent), limits.userAgentCharsMax);
    const read = agent === undefined ? undefined : readAgent(agent);
    if (read?.bot) return { skipped: 'bot', day: filed.day };
    if (judgeHostname(site, page.hostname, undefined, 'host')) return { skipped: 'hostname', day: filed.day };

    const address = plainAddress(hit.client);
    const traits = { address: address ?? hit.client.toLowerCase(), agent: agent ?? '' };
    const place = address === undefined ? undefined : placeOf?.(address);
    const event: Event = {
      id: options.idOf(time, at),
      name: PAGEVIEW,
      time,
      ...filed,
      hostname: page.hostname,
      path: keptPath(page, site),
      acquisition: acquisitionOf(page, hit.referrer?.slice(0, wireLimits.urlCharsMax), site.hostnames),
      context: { ...read?.context, language: languageOf(undefined, hit.language), ...place },
    };
    const identified = (salt: HmacKey): Outcome => ({
      event: maskedEvent({ ...event, visitor: visitorKey(salt, site, traits) }, site),
    });
    const salt = salts.of(site, filed.day);
    return salt instanceof Promise ? salt.then(identified) : identified(salt);
  }

  /** It has gone all steps before, and is taken as it is. */
  function takeExported(json: unknown): Outcome {
    const exported = parseExported(cleanAll(json, EXPORTED_DEPTH));
    if (!exported) return { skipped: 'broken' };
    const reason = judgeExported(exported);
    return reason ? { skipped: reason } : { event: exported.event };
  }

  function judgeExported({ store, event, site: from }: Exported): SkipReason | undefined {
    if (store === options.store && from === site.id) return 'own';
    if (from !== (options.exportedSite ?? from)) return 'site';
    if (event.time > now() + limits.clockAheadMsMax) return 'in_future';
    const filed = fileAt(site.zone, event.time);
    // An engagement has its view's day, which may be an earlier one, when the clock may have been another.
    const isFiledSo = event.day === filed.day && event.utc_offset === filed.utc_offset;
    if (!isFiledSo && (event.name !== ENGAGEMENT || event.day > filed.day)) return 'zone';
    if (isClosed(event.day)) return 'day_closed';
    return choices.wantsHost(event.hostname) && choices.wantsPath(event.path) ? undefined : 'filter';
  }
}

/** How deep an event's texts lie: in its properties' pairs. */
const EXPORTED_DEPTH = 4;

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return {};
  }
}

/** The path of what was asked for, which may be a whole address. */
function pathOf(target: string): string {
  const path = target.startsWith('/') ? target : target.replace(/^https?:\/\/[^/?#]*/i, '');
  const end = path.search(/[?#]/);
  return end < 0 ? path : path.slice(0, end);
}

/** The page as the browser would have told its address. */
function pageOfTarget({ target, host }: Hit, hostname: string | undefined): Page | undefined {
  const isPath = target.startsWith('/');
  const page = pageOf(isPath ? `http://path${target}` : target);
  if (page && host !== undefined) page.hostname = hostnameOf(host);
  else if (page && isPath) page.hostname = hostname;
  return page;
}

/** A host in its plain form, without its port; undefined for what is none. */
function hostnameOf(host: string | undefined): string | undefined {
  return host === undefined ? undefined : pageOf(`http://${host}/`)?.hostname;
}

/** Sites often have their host as their id. */
function hostOfId(id: string): string | undefined {
  return /^[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(id) ? id.toLowerCase() : undefined;
}
