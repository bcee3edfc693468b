/**
 * The key of a visitor within site and day. A browser's is a hash that nobody can compute again once its day's salt is
 * gone; a server's is the caller's own `user_id`. The prefix keeps the two apart, so that nobody can pass a `user_id`
 * that hits another visitor's hash.
 */
const HASHED = 'v';
const NAMED = 'u';

/** The visitor's key from the first 64 bits of a keyed hash. */
export function visitorOfHash(hash: Buffer): string {
  return HASHED + hash.toString('base64url', 0, 8);
}

/** The visitor's key from a `user_id`. */
export function visitorOfUser(userId: string): string {
  return NAMED + userId;
}

/** What the seed's `unique_users` shows of a visitor: the `user_id`, or the hash. */
export function nameOfVisitor(visitor: string): string {
  return visitor.slice(1);
}
