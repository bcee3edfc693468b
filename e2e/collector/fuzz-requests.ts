import * as fc from 'fast-check';
import { chanceOf } from '../../core/sample.contract.ts';
import { fuzzRequest } from './fuzz-cases.ts';
import type { FuzzRequest } from './fuzz-cases.ts';

const BITS = 30;

/**
 * So many requests that are sent at once. Cases are drawn from fast-check's own chance, and not put together of its arbitraries: of
 * these each request would need hundreds, and what they shrink is not what one wants to know. That is which request of the many it was,
 * and so the shrinking halves the list.
 */
class FuzzRequests extends fc.Arbitrary<FuzzRequest[]> {
  readonly #count: number;

  constructor(count: number) {
    super();
    this.#count = count;
  }

  generate(source: fc.Random): fc.Value<FuzzRequest[]> {
    const random = chanceOf(() => source.nextInt(0, 2 ** BITS - 1) / 2 ** BITS);
    return valueOf(Array.from({ length: this.#count }, () => fuzzRequest(random)));
  }

  canShrinkWithoutContext(value: unknown): value is FuzzRequest[] {
    return Array.isArray(value);
  }

  shrink(requests: FuzzRequest[]): fc.Stream<fc.Value<FuzzRequest[]>> {
    const middle = Math.floor(requests.length / 2);
    const halves = middle === 0 ? [] : [requests.slice(0, middle), requests.slice(middle)];
    return fc.Stream.of(...halves.map(valueOf));
  }
}

function valueOf(requests: FuzzRequest[]): fc.Value<FuzzRequest[]> {
  return new fc.Value(requests, undefined);
}

/** @param count of requests of one run */
export function fuzzRequests(count: number): fc.Arbitrary<FuzzRequest[]> {
  return new FuzzRequests(count);
}
