/** The list in Redis between the seed's collector and its worker. */
export const SEED_LIST = 'events_queue';

/** An event as the seed has it in its list and in its collection `events`. */
export interface SeedEvent {
  event_id: string;
  site_id: string;
  event_type: string;
  path: string;
  user_id: string;
  timestamp: string;
  date: string;
}

/** @param time ms since 1970 */
export function seedEvent(event: Omit<SeedEvent, 'timestamp' | 'date'>, time: number): SeedEvent {
  const timestamp = new Date(time).toISOString();
  return { ...event, timestamp, date: timestamp.slice(0, 'YYYY-MM-DD'.length) };
}
