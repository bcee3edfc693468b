import type { RecordsBatch } from '@platformatic/kafka';

/** A transaction that was taken back: whatever its producer wrote from there to its mark does not count. */
export interface Aborted {
  producerId: bigint;
  firstOffset: bigint;
}

export interface Entry {
  number: bigint;
  /** `NUMBER-TAG`: Kafka's offset, and the checksum that Kafka keeps of the batch it came with, by which another entry in its place is told. */
  offset: string;
  body: string;
  bytes: number;
  /** ms since 1970. */
  at: number;
  /** What its producer has named it by. */
  id?: string;
}

/** A message's header with an id of its producer's. */
const ID_HEADER = 'event_id';

/** Bits of a batch's attributes. */
const LOG_APPEND_TIME = 1 << 3;
const TRANSACTIONAL = 1 << 4;
const CONTROL = 1 << 5;
/** Of a mark that ends a transaction: 0 takes it back, 1 makes it count. */
const ABORT = 0;

/** The entries of some batches, from an offset on. Their numbers may have holes: marks, and what was taken back, have numbers too. */
export function entriesOf(batches: RecordsBatch[], aborted: Aborted[], from: bigint): Entry[] {
  const takenBack = new Set<bigint>();
  const begins = [...aborted].sort((a, b) => (a.firstOffset < b.firstOffset ? -1 : 1));
  const entries: Entry[] = [];
  for (const batch of batches) {
    while (begins[0] && begins[0].firstOffset <= lastOf(batch)) takenBack.add(begins.shift()?.producerId ?? -1n);
    if ((batch.attributes & CONTROL) !== 0) {
      if (batch.records[0]?.key?.readInt16BE(2) === ABORT) takenBack.delete(batch.producerId);
    } else if ((batch.attributes & TRANSACTIONAL) === 0 || !takenBack.has(batch.producerId)) {
      for (const entry of entriesIn(batch)) if (entry.number >= from) entries.push(entry);
    }
  }
  return entries;
}

function lastOf({ firstOffset, lastOffsetDelta }: RecordsBatch): bigint {
  return firstOffset + BigInt(lastOffsetDelta);
}

/** Where the log goes on after some batches. */
export function nextAfter(batches: RecordsBatch[], from: bigint): bigint {
  const last = batches.at(-1);
  return last && lastOf(last) >= from ? lastOf(last) + 1n : from;
}

function entriesIn(batch: RecordsBatch): Entry[] {
  const tag = batch.crc.toString(16).padStart(8, '0');
  return batch.records.map(({ offsetDelta, timestampDelta, value, headers }) => {
    const number = batch.firstOffset + BigInt(offsetDelta);
    const at = (batch.attributes & LOG_APPEND_TIME) === 0 ? batch.firstTimestamp + timestampDelta : batch.maxTimestamp;
    const body = value?.toString('utf8') ?? '';
    const id = headers.find(([name]) => name?.toString() === ID_HEADER)?.[1]?.toString();
    return { number, offset: `${number}-${tag}`, body, bytes: value?.length ?? 0, at: Number(at), ...(id && { id }) };
  });
}
