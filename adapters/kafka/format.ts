import type { QueueEntry } from '../../core/ports.ts';

/**
 * The log in Kafka, for other programs too: a consumer group of theirs reads the topic without disturbing anything.
 *
 * | part of a message | what |
 * |---|---|
 * | partition | the entry's: a site always lies in the same one (`core/partition.ts`) |
 * | key | the site's id in UTF-8; null where it is not known |
 * | value | the entry's body in UTF-8: JSON with a version of its own, `v` (`logEntrySchema` in `core/event.ts`) |
 * | header `footfall` | version of this table, `1` |
 * | timestamp | when the broker took it, if the topic is as Footfall makes it |
 *
 * An entry may be in the log more than once, after a collector that did not hear that it was taken: the ids of its events say so.
 */
export interface Message {
  topic: string;
  partition: number;
  key?: Buffer;
  value: Buffer;
  headers: Map<Buffer, Buffer>;
}

const HEADERS = new Map([[Buffer.from('footfall'), Buffer.from('1')]]);

/** What Kafka adds to key and value of a message, at most; and to a batch. */
export const MESSAGE_OVERHEAD_BYTES = 64;

export function toMessage(topic: string, entry: QueueEntry): Message {
  const { partition, body, key } = entry;
  const value = Buffer.from(body);
  return { topic, partition, value, headers: HEADERS, ...(key !== undefined && { key: Buffer.from(key) }) };
}

/** Bytes that a message takes of what a batch may have. */
export function bytesOf({ key, value }: Message): number {
  return value.length + (key?.length ?? 0) + MESSAGE_OVERHEAD_BYTES;
}
