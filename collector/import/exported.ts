import { z } from 'zod';
import { contextSchema, eventSchema } from '../../core/event.ts';
import type { Event } from '../../core/event.ts';

/** Version of a line of an export. */
export const EXPORT_VERSION = 1;

/** What `Date` can hold. */
const TIME_MAX = 8.64e15;

const exportedLine = eventSchema.extend({
  v: z.literal(EXPORT_VERSION),
  /** Which store it was exported from. */
  store: z.string(),
  site: z.string(),
  /** A day and its neighbours can be told of all of these. */
  time: z.number().int().min(0).max(TIME_MAX),
  day: z.number().int().min(-1),
  received: z.number().int(),
  context: contextSchema,
});

/** An event of `footfall export`. */
export interface Exported {
  store: string;
  site: string;
  event: Event;
}

/** A line of an export; undefined for anything else. */
export function parseExported(json: unknown): Exported | undefined {
  const parsed = exportedLine.safeParse(json);
  if (!parsed.success) return undefined;
  const { v: _version, store, site, received: _received, ...event } = parsed.data;
  return { store, site, event };
}

/** Whether a line says that it is one of an export, so that a broken one is not taken for another format's. */
export function isExported(json: unknown): boolean {
  return typeof json === 'object' && json !== null && 'v' in json && 'store' in json;
}
