/** A list in pieces of at most `max`. */
export function* chunksOf<T>(list: T[], max: number): Generator<T[]> {
  for (let from = 0; from < list.length; from += max) yield list.slice(from, from + max);
}
