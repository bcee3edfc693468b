import { messageOf, Unavailable, Unusable } from '../../core/errors.ts';

/**
 * MongoDB's and its driver's errors in the terms of the ports. They are told by name, code and label, so that the driver
 * need not be loaded for it.
 */

/** An error of the driver, or of the server as the driver tells it. */
interface DriverError extends Error {
  code?: unknown;
  hasErrorLabel(label: string): boolean;
}

/**
 * Where the server, or the driver before it, says that what is to be written cannot be: BadValue, FailedToParse,
 * TypeMismatch, InvalidBSON, TransactionTooLarge, TransactionTooLargeForCache, BSONObjectTooLarge, a key that is too large.
 */
const FAULTS = [2, 9, 14, 22, 257, 388, 10334, 17280];
const DRIVER_FAULTS = ['MongoInvalidArgumentError', 'BSONError', 'BSONRuntimeError'];

const NETWORK = /Network|ServerSelection|Pool|Topology|NotConnected|ServerClosed|WaitQueue/;

const WRITE_CONFLICT = 112;
const LOCK_TIMEOUT = 24;
const DUPLICATE_KEY = 11000;
const NAMESPACE_EXISTS = 48;
/** Another store has ended our session (`owners.ts`) while a command of its transaction ran; it gets no label. */
const INTERRUPTED = 11601;
/** A snapshot that is too old, or older than a collection. */
const SNAPSHOT_UNAVAILABLE = [239, 246];
/** Unauthorized, AuthenticationFailed. */
const UNAUTHORIZED = [13, 18];

/**
 * An error in the terms of the ports. Only what is known to be the fault of what was written is left as it is: whatever
 * else goes wrong with a database, good entries must not be set aside for it.
 */
export function translated(error: unknown): unknown {
  if (!isDriverError(error) || isFault(error)) return error;
  return new Unavailable(`MongoDB: ${messageOf(error)}`, { cause: error });
}

/** An error of the start: what waiting does not mend is Unusable. */
export function translatedAtStart(error: unknown): unknown {
  if (!isDriverError(error)) return error;
  if (!UNAUTHORIZED.includes(codeOf(error))) return translated(error);
  return new Unusable(`MongoDB does not let us in (${messageOf(error)}). Check the user and password in its URL.`);
}

/** Whether a transaction that failed by this was not committed, and may be tried again. */
export function isTransient(error: unknown): boolean {
  return isDriverError(error) && error.hasErrorLabel('TransientTransactionError');
}

/** Whether a transaction that ended with this may have been committed. */
export function isUnknownCommit(error: unknown): boolean {
  return isDriverError(error) && error.hasErrorLabel('UnknownTransactionCommitResult');
}

/** Whether another store has ended the transaction. Where that was in its commit, it may have been committed. */
export function isInterrupted(error: unknown): boolean {
  return codeOf(error) === INTERRUPTED;
}

/** Whether another transaction holds what this one wanted to write. */
export function isConflict(error: unknown): boolean {
  return [WRITE_CONFLICT, LOCK_TIMEOUT].includes(codeOf(error));
}

/** Whether there is such a document already. */
export function isDuplicate(error: unknown): boolean {
  return codeOf(error) === DUPLICATE_KEY;
}

/** Whether a collection or view of that name is there already. */
export function isThere(error: unknown): boolean {
  return codeOf(error) === NAMESPACE_EXISTS;
}

/** Whether a read of a snapshot has to begin anew. */
export function isSnapshotGone(error: unknown): boolean {
  return SNAPSHOT_UNAVAILABLE.includes(codeOf(error));
}

/** Whether the connection was the trouble, or the answer did not come in time. */
export function isNetwork(error: unknown): boolean {
  if (!isDriverError(error)) return false;
  // A bulk write puts its own name on what went wrong; the server's errors have a code.
  return NETWORK.test(error.name) || (error.name === 'MongoBulkWriteError' && error.code === undefined);
}

function isFault(error: DriverError): boolean {
  return FAULTS.includes(codeOf(error)) || DRIVER_FAULTS.includes(error.name);
}

function isDriverError(error: unknown): error is DriverError {
  return error instanceof Error && 'hasErrorLabel' in error;
}

/** The server's code; 0 for other errors. */
function codeOf(error: unknown): number {
  return isDriverError(error) ? Number(error.code ?? 0) : 0;
}
