import type { Limits } from '../core/limits.ts';
import { closedOf } from '../core/retention.ts';
import type { Site } from '../core/site.ts';
import { ENGAGEMENT } from '../sdk/src/wire.ts';
import type { BrowserBatch, BrowserEvent } from './batch.ts';
import { dayClosed } from './day-closed.ts';
import { Refusal } from './refusal.ts';
import type { Salts } from './salts.ts';
import { correct, fileAt, shiftOf } from './time.ts';
import type { Filed } from './time.ts';

/** An event with its corrected time, filed in the site's calendar. */
export interface DatedEvent extends Filed {
  /** Its place in the batch. */
  index: number;
  event: BrowserEvent;
  /** ms since 1970, by our clock. */
  time: number;
}

/** A function that corrects and files the events of one batch, or says why one comes too late. */
export function dater(
  site: Site,
  batch: BrowserBatch,
  arrival: number,
  salts: Salts,
  limits: Pick<Limits, 'eventAgeMsMax'>,
): (event: BrowserEvent, index: number) => DatedEvent | Refusal {
  const shift = shiftOf(batch, arrival);
  const { visitsBefore } = closedOf(site, arrival);

  return (event, index) => {
    const time = correct(event.time, shift, arrival);
    if (arrival - time > limits.eventAgeMsMax) return tooOld(`events[${index}].time`, limits.eventAgeMsMax);
    const filed = fileAt(site.zone, time);
    if (filed.day < visitsBefore) return dayClosed(`events[${index}].time`, site);
    if (event.name !== ENGAGEMENT || event.view_time === undefined) return { index, event, time, ...filed };
    // Engagement belongs to its view's day, and is recognised by that day's salt.
    const viewTime = correct(event.view_time, shift, time);
    const field = `events[${index}].view_time`;
    if (viewTime < 0) return tooOld(field, limits.eventAgeMsMax);
    const { day } = fileAt(site.zone, viewTime);
    if (day < visitsBefore) return dayClosed(field, site);
    if (day !== filed.day && salts.isDead(site, day)) return tooOld(field, limits.eventAgeMsMax);
    return { index, event, time, day, utc_offset: filed.utc_offset };
  };
}

/** An event of longer ago than `ageMsMax` ms, or of a day whose salt has died. */
export function tooOld(field: string, ageMsMax: number): Refusal {
  const hours = ageMsMax / 3_600_000;
  const fix = `send events within ${hours} hours; from a server, older ones need the site's key and a user_id`;
  return new Refusal('too_old', field, ageMsMax, fix, `${field} is more than ${hours} hours ago`);
}
