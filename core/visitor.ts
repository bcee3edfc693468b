import type { VisitorLife } from './visitor-life.ts';

/**
 * The key of a visitor within site and day. A browser's is a hash that nobody can compute again once its salt is gone; a
 * server's is the caller's own `user_id`. The prefix keeps them apart, so that nobody can pass a `user_id` that hits
 * another visitor's hash, and says whether the same visitor may be in another day, too.
 */
const HASHED = 'v';
const HASHED_LONGER = 'w';
const NAMED = 'u';

/**
 * The visitor's key from the first 64 bits of a keyed hash.
 *
 * @param life of the salt
 */
export function visitorOfHash(hash: Buffer, life: VisitorLife): string {
  return (life === 'day' ? HASHED : HASHED_LONGER) + hash.toString('base64url', 0, 8);
}

/** Whether that key may come again on another day, by another browser's visit of the same visitor. */
export function outlivesDay(visitor: string): boolean {
  return visitor.startsWith(HASHED_LONGER);
}

/** The visitor's key from a `user_id`. */
export function visitorOfUser(userId: string): string {
  return NAMED + userId;
}

/** What the seed's `unique_users` shows of a visitor: the `user_id`, or the hash. */
export function nameOfVisitor(visitor: string): string {
  return visitor.slice(1);
}
