import { Unavailable, Unusable } from '../../core/errors.ts';

/**
 * Errors of the client in the terms of the ports. It throws trees: errors of each try, of each broker, of each partition.
 * Only words of the leaves are passed on: what hangs on them are the messages, which are people's data, or the password.
 */

/** What Kafka itself answered. */
interface Reply {
  apiId: string;
  message: string;
  canRetry: boolean;
  serverErrorMessage: string | null;
}

/** What no try can mend: at the opening, that something is set up wrong. */
const REFUSALS = /AUTHORIZATION_FAILED|^UNSUPPORTED_|^SASL_|^SECURITY_|^INVALID_(TOPIC|PARTITIONS|CONFIG)|^POLICY_/;

const CANNOT_CONNECT = 'Cannot connect to any broker.';

/** All errors that an error is made of, itself last; the later ones are of later tries. */
function partsOf(error: unknown): unknown[] {
  if (!(error instanceof Error)) return [error];
  const within: unknown[] = error instanceof AggregateError ? error.errors : [];
  const parts = error.cause === undefined ? within : [...within, error.cause];
  return [...parts.flatMap(partsOf), error];
}

function isReply(part: unknown): part is Reply {
  return part instanceof Error && 'apiId' in part;
}

/** The codes that Kafka answered, such as `OFFSET_OUT_OF_RANGE`. */
export function codesOf(error: unknown): string[] {
  return partsOf(error)
    .filter(isReply)
    .map(({ apiId }) => apiId);
}

/** Whether none of the brokers can be reached. */
export function isAway(error: unknown): boolean {
  return partsOf(error).some((part) => part instanceof Error && part.message === CANNOT_CONNECT);
}

/** Whether there is no such topic. */
export function isUnknownTopic(error: unknown): boolean {
  return partsOf(error).some((part) => part instanceof Error && part.message.startsWith('Unknown topic'));
}

/** Whether what is known of who leads which partition is out of date. */
export function isStale(error: unknown): boolean {
  return partsOf(error).some((part) => part instanceof Error && 'hasStaleMetadata' in part && part.hasStaleMetadata);
}

/** Whether a broker that has only just started still fetches the numbers that it gives to those who send. */
export function isFetching(error: unknown): boolean {
  return codesOf(error).includes('COORDINATOR_LOAD_IN_PROGRESS');
}

/** Whether something hangs: it did not answer. */
export function isLate(error: unknown): boolean {
  return partsOf(error).some(isTimeout);
}

/** Whether asking again soon is right: an election is under way, or one connection of several is gone. */
export function isPassing(error: unknown): boolean {
  const last = partsOf(error).findLast(isReply);
  if (last) return last.canRetry;
  return !isAway(error) && partsOf(error).some((part) => hasCode(part, 'PLT_KFK_NETWORK') && !isTimeout(part));
}

/** An error at the opening, where a no for good means that something is set up wrong. */
export function refused(place: string, error: unknown): Error {
  const parts = partsOf(error);
  const reply = parts.find((part) => isReply(part) && REFUSALS.test(part.apiId)) as Reply | undefined;
  if (reply) return new Unusable(`${place} cannot be used: ${wordsOf(reply)}.`);
  if (parts.some((part) => part instanceof Error && part.message === 'Broker requires TLS.')) {
    return new Unusable(`${place} cannot be used: it wants TLS. Write kafkas:// for kafka://.`);
  }
  return translated(place, error);
}

/** An error later on: the set-up was right once, so that trying again is. */
export function translated(place: string, error: unknown): Unavailable {
  if (error instanceof Unavailable) return error;
  const parts = partsOf(error);
  const reply = parts.findLast(isReply);
  if (reply) return new Unavailable(`${place} refuses: ${wordsOf(reply)}`);
  if (parts.some((part) => part instanceof Error && part.message === 'Unknown partition.')) {
    return new Unavailable(`${place} has the topic with fewer partitions now. A start says how many.`);
  }
  if (isUnknownTopic(error))
    return new Unavailable(`${place} does not have the topic any more. A start makes it anew.`);
  return new Unavailable(`${place} is away: ${reasonOf(parts)}`);
}

function wordsOf({ apiId, serverErrorMessage, message }: Reply): string {
  return `${apiId} (${(serverErrorMessage || message).replace(/\.$/, '')})`;
}

/** The first part is the deepest: what the system said. Node says of a host with several addresses only a code. */
function reasonOf(parts: unknown[]): string {
  const [first] = parts;
  if (!(first instanceof Error)) return 'the connection is closed';
  return first.message || ('code' in first ? String(first.code) : first.name);
}

function hasCode(part: unknown, code: string): boolean {
  return part instanceof Error && 'code' in part && part.code === code;
}

/** The client gives its time-outs the code of a broken connection. */
function isTimeout(part: unknown): boolean {
  return part instanceof Error && /timed out/.test(part.message);
}

/** Which partitions have stored what was sent to them, although others have not: by Kafka's own answers within an error. */
export function storedOf(error: unknown): Set<number> {
  const stored = new Set<number>();
  for (const part of partsOf(error)) {
    const { produced, response } = (part instanceof Error ? part : {}) as Produced;
    for (const { partition } of produced?.offsets ?? []) stored.add(partition);
    for (const { partitionResponses = [] } of response?.responses ?? []) {
      for (const { index, errorCode } of partitionResponses) if (errorCode === 0) stored.add(index);
    }
  }
  return stored;
}

interface Produced {
  produced?: { offsets?: { partition: number }[] };
  response?: { responses?: { partitionResponses?: { index: number; errorCode: number }[] }[] };
}
