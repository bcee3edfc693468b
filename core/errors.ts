/** The family of errors that parts of Footfall throw at one another. Each says what happened and what to do. */

/** A log or a store cannot be reached or cannot write now (disk full, busy, connection gone). Trying again later is right. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
}

/** A log is at its limit: nothing was taken, and trying again later is right. */
export class QueueFull extends Unavailable {}

/** A file or a setting is wrong in a way that only a person can mend; the message says how. Programs stop on it. */
export class Unusable extends Error {
  override readonly name = 'Unusable';
}

/** Message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
