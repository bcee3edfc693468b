/** The errors of the replica. Each says what the asker may do. */

/** The database failed. */
export class DatabaseError extends Error {
  override readonly name: string = 'DatabaseError';
}

/** The file is damaged, gone, or not what it should be: it is thrown away and built again. */
export class Broken extends DatabaseError {
  override readonly name = 'Broken';
}

/** Another process has the file open. */
export class Locked extends DatabaseError {
  override readonly name = 'Locked';
}

/** A statement was ended because its time was over, or because nobody waits for it any more. */
export class Interrupted extends DatabaseError {
  override readonly name = 'Interrupted';
}

/** A statement needs more memory than there is. */
export class TooHeavy extends DatabaseError {
  override readonly name = 'TooHeavy';
}

/** A regular expression cannot be read. */
export class BadPattern extends DatabaseError {
  override readonly name = 'BadPattern';
}

/** The replica is being built. `progress` runs from 0 to 1. */
export class Building extends Error {
  override readonly name = 'Building';
  readonly progress: number;

  constructor(progress: number) {
    super('the replica is being built');
    this.progress = progress;
  }
}

/** So many questions wait that one more would wait too long. */
export class Busy extends Error {
  override readonly name = 'Busy';
}

/** Source: the names of DuckDB's exceptions, which are the beginnings of its messages (`src/common/exception.cpp`). */
const kinds: [RegExp, new (message: string, options: ErrorOptions) => DatabaseError][] = [
  [/^IO Error: (?:Could not set lock|.*Conflicting lock|.*lock on file)/s, Locked],
  [/^(?:IO|Serialization|Fatal|FATAL|Internal|INTERNAL|Corrupted|Invalid(?!ated)\w*? ?database)/, Broken],
  [/invalidated|checksum|corrupt/i, Broken],
  [/^INTERRUPT Error/, Interrupted],
  // An appender's error comes without the name.
  [/^(?:Out of Memory Error|Failed to append: (?:failed to (?:offload|allocate|pin)|could not allocate))/, TooHeavy],
  // Of a regular expression, the only input that can be invalid: all else is bound with its type.
  [/^Invalid Input Error/, BadPattern],
];

/** An error of DuckDB in the replica's terms. */
export function failureOf(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof DatabaseError) return error;
  const Kind = kinds.find(([pattern]) => pattern.test(error.message))?.[1] ?? DatabaseError;
  return new Kind(error.message, { cause: error });
}
