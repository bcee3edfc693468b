import type { Entry } from './batches.ts';
import type { Kafka } from './connection.ts';
import { openReader } from './reader.ts';
import type { Reader } from './reader.ts';
import type { Topic } from './topic.ts';

/** The entry with a number, or the first after it. Undefined: the log has no such number. */
export type Peek = (partition: number, number: bigint) => Promise<{ id: string; entry: Entry | undefined }>;

/** One whole batch comes whatever the limit. */
const BYTES_MIN = 1;

/** Looks at single entries, one after another, whoever asks. */
export function newPeek(kafka: Kafka, topic: Topic): Peek {
  let reader: Reader | undefined;
  let last: Promise<unknown> = Promise.resolve();

  async function peek(partition: number, number: bigint): ReturnType<Peek> {
    try {
      reader ??= await openReader(kafka, topic);
      const found = await reader.fetch(partition, number, BYTES_MIN, 0);
      return { id: reader.id, entry: found?.entries[0] };
    } catch (error) {
      void reader?.close();
      reader = undefined;
      throw error;
    }
  }

  return (partition, number) => {
    const mine = last.then(() => kafka.ask(() => peek(partition, number)));
    last = mine.catch(() => {});
    return mine;
  };
}
