import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { topicUrl } from '../adapters/kafka/address.ts';
import { kafkaQueue } from '../adapters/kafka/queue.ts';
import type { Ingress, TrackMessage } from '../collector/ingress.ts';
import type { Track } from '../collector/publish.ts';
import { messageOf, Unavailable } from '../core/errors.ts';
import { limits as defaults } from '../core/limits.ts';
import type { Limits } from '../core/limits.ts';
import { isId } from '../core/id.ts';
import { partitionOf } from '../core/partition.ts';
import { NO_POSITION } from '../core/ports.ts';
import type { Documents, Position, Queue, Slice } from '../core/ports.ts';

/** Of all types that have no topic of their own. */
const GENERIC = 'generic';
/** Documents of this kind say how far each partition of a topic has been brought into the log. */
const POSITION_KIND = 'ingress';

export interface TrackTopicsOptions {
  /** Of Kafka; the log's topic in it plays no part. */
  url: string;
  /** Types of events that have a topic `events_<type>` of their own; all others are in `events_generic`. */
  types: readonly string[];
  limits: Partial<Limits>;
  log: (line: string) => void;
}

/** The second seed's topics: `/track` writes them, as other programs may, and what is in them is brought into the log. */
export interface TrackTopics {
  /** Resolves when all are durable in their topics. */
  publish(tracks: Track[]): Promise<void>;
  /**
   * Brings what is in the topics into the log, at least once, until it is stopped; ids that stay the same make it once. Several
   * processes share the partitions.
   *
   * @param onLoss called for each loss of a topic's partition
   * @returns stops it after what is in hand
   */
  bring(ingress: Pick<Ingress, 'take'>, documents: Documents, onLoss: () => void): () => Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the topics, and makes those that are missing.
 *
 * @throws Unavailable (rejects) if Kafka is away; Unusable if a topic may not be used
 * @example
 * const topics = await openTrackTopics({ url: 'kafka://127.0.0.1:9092', types: ['page_view'], limits: {}, log });
 * await topics.publish([{ type: 'signup', site: 'shop', body: '{"event":"signup"}' }]);
 */
export async function openTrackTopics({ url, types, limits, log }: TrackTopicsOptions): Promise<TrackTopics> {
  const topics = new Map<string, Queue>();
  const close = async (): Promise<void> => void (await Promise.all([...topics.values()].map((queue) => queue.close())));
  try {
    for (const type of new Set([...types, GENERIC])) {
      topics.set(type, await kafkaQueue({ url: topicUrl(url, `events_${type}`), limits, warn: log }));
    }
  } catch (error) {
    await close();
    throw error;
  }

  return {
    async publish(tracks) {
      const byType = Map.groupBy(tracks, ({ type }) => (topics.has(type) ? type : GENERIC));
      await Promise.all([...byType].map(([type, some]) => append(topics.get(type), some)));
    },
    bring(ingress, documents, onLoss) {
      const stopping = new AbortController();
      const parts = { ingress, documents, onLoss, limits: { ...defaults, ...limits }, log };
      const claims = [...topics].map(([type, queue]) => {
        const topic = `events_${type}`;
        const follow = (partition: number, signal: AbortSignal) =>
          bringPartition(parts, queue, topic, partition, signal);
        return queue
          .claim(follow, stopping.signal)
          .catch((error: unknown) => log(`ingress: ${topic}: ${messageOf(error)}`));
      });
      return async () => {
        stopping.abort();
        await Promise.all(claims);
      };
    },
    close,
  };
}

/**
 * The topics for one who only publishes: while Kafka is away `publish` rejects with Unavailable, and they are opened
 * when it is back.
 *
 * @param open tries once
 * @param retryMs between two tries
 * @throws what `open` throws but Unavailable (rejects)
 */
export async function openLater(
  open: () => Promise<TrackTopics>,
  retryMs: number,
): Promise<Pick<TrackTopics, 'publish' | 'close'>> {
  let topics: TrackTopics | undefined;
  let opening: Promise<void> | undefined;
  let failure: { error: unknown; at: number } | undefined;

  async function tryOpen(): Promise<void> {
    try {
      topics = await open();
    } catch (error) {
      failure = { error, at: Date.now() };
    }
    opening = undefined;
  }

  await tryOpen();
  if (failure && !(failure.error instanceof Unavailable)) throw failure.error;
  return {
    async publish(tracks) {
      if (!topics && Date.now() - (failure?.at ?? 0) >= retryMs) await (opening ??= tryOpen());
      if (!topics) throw failure?.error;
      return topics.publish(tracks);
    },
    async close() {
      await opening;
      await topics?.close();
    },
  };
}

async function append(topic: Queue | undefined, tracks: Track[]): Promise<void> {
  if (!topic) throw new Error('a type without a topic');
  await topic.append(
    tracks.map(({ site, body }) => ({ partition: partitionOf(site, topic.partitions), body, key: site })),
  );
}

interface BringParts {
  ingress: Pick<Ingress, 'take'>;
  documents: Documents;
  onLoss: () => void;
  limits: Limits;
  log: (line: string) => void;
}

/** Two processes that do so at once, or one that is behind, bring the same again under the same ids. */
async function bringPartition(
  { ingress, documents, onLoss, limits, log }: BringParts,
  queue: Queue,
  topic: string,
  partition: number,
  signal: AbortSignal,
): Promise<void> {
  const { readEntriesMax: entriesMax, readBytesMax: bytesMax, readWaitMs: waitMs } = limits;
  const place = `${topic} ${partition}`;
  let position: Position | undefined;
  let retryMs: number = limits.retryMsMin;
  while (!signal.aborted) {
    try {
      position ??= ((await documents.get(POSITION_KIND, place)) as Position | undefined) ?? NO_POSITION;
      const slice = await queue.read(partition, position, { entriesMax, bytesMax, waitMs, signal });
      if (slice.entries.length === 0 && !slice.loss) continue;
      await ingress.take(messagesOf(slice, place));
      if (slice.loss) {
        onLoss();
        log(`ingress: ${place}: ${slice.loss.kind}: ${slice.loss.detail}`);
        await documents.put('loss', `${place} ${slice.to}`, { at: Date.now(), topic, partition, ...slice.loss });
      }
      position = { incarnation: slice.incarnation, offset: slice.to, version: position.version + 1 };
      await documents.put(POSITION_KIND, place, position);
      await queue.trim(partition, position);
      retryMs = limits.retryMsMin;
    } catch (error) {
      log(`ingress: ${place}: ${messageOf(error)}`);
      position = undefined;
      await pause(retryMs, undefined, { signal }).catch(() => {});
      retryMs = Math.min(limits.retryMsMax, retryMs * 2);
    }
  }
}

function messagesOf({ incarnation, entries }: Slice, place: string): TrackMessage[] {
  return entries.map(({ offset, body, at, id }) => ({
    id: id !== undefined && isId(id) ? id.toLowerCase() : idOf(`${incarnation}|${place}|${offset}`),
    time: at ?? Date.now(),
    body,
    place: `${place} ${offset}`,
  }));
}

/** A UUID of version 8 (RFC 9562) that is the same whenever the message is read. */
function idOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
