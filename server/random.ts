/** Numbers that look random and are the same for the same seed. */
export interface Random {
  /** From 0, below 1. */
  next(): number;
  /** 32 bits. */
  bits(): number;
  /** One of the names, each as often as its weight says. */
  pick<T>(weighted: readonly (readonly [T, number])[]): T;
  /** Around `middle`, most between a half and twice of it, always more than 0. */
  around(middle: number): number;
}

/**
 * A seeded source of numbers; not for secrets.
 * Source: sfc32 of PractRand, seeded by FNV-1a.
 *
 * @example
 * seededRandom('a').next() === seededRandom('a').next(); // true
 */
export function seededRandom(seed: string): Random {
  let [a, b, c, counter] = [0, 1, 2, 3].map((n) => hash(`${n}|${seed}`)) as [number, number, number, number];

  function bits(): number {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  const next = (): number => bits() / 2 ** 32;
  for (let round = 0; round < 12; round++) bits();

  return {
    next,
    bits,
    pick(weighted) {
      const total = weighted.reduce((sum, [, weight]) => sum + weight, 0);
      let rest = next() * total;
      for (const [value, weight] of weighted) {
        rest -= weight;
        if (rest < 0) return value;
      }
      const [last] = weighted.at(-1) ?? [];
      if (last === undefined) throw new RangeError('there is nothing to pick from');
      return last;
    },
    // The sum of several is nearly normal, so its power is nearly log-normal, as times on a page are.
    around: (middle) => middle * 2 ** ((next() + next() + next() + next() - 2) * 1.7),
  };
}

function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const byte of Buffer.from(text)) value = Math.imul(value ^ byte, 0x01000193);
  return value >>> 0;
}
