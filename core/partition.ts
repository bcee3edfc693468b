/**
 * The partition of a site: FNV-1a (32 bits) of its id in UTF-8, modulo the number of partitions. The number is fixed
 * when the data is made, so a site stays where it is for ever.
 * Source: http://www.isthe.com/chongo/tech/comp/fnv/
 *
 * @example
 * partitionOf('example.com', 8); // 0 to 7
 */
export function partitionOf(site: string, partitions: number): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(site)) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0) % partitions;
}
