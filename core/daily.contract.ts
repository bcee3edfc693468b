/**
 * How much a test does that shows more the more it does: the first in every run, the second with `MATRIX=whole npm test`.
 *
 * @example
 * const KILLS = daily(10, 30);
 */
export function daily<T>(each: T, whole: T): T {
  return process.env.MATRIX === 'whole' ? whole : each;
}
