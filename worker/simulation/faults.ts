import type { Random } from '../../core/sample.contract.ts';

/** What can go wrong in a simulated run. Each must happen in a tenth of the runs and more. */
export const faults = [
  /** A worker dies at a call that has had no effect. */
  'crash before',
  /** A worker dies at a call that has had its effect, before it hears of it. */
  'crash after',
  /** The store has applied a batch, and the worker is told of a failure. */
  'unknown commit',
  /** A worker stands still with a batch in flight while another one takes over, and then goes on. */
  'zombie',
  /** The same, but it stands still until the ids of its batch are forgotten. */
  'late zombie',
  /** A call fails without effect, and trying again is right. */
  'unavailable',
  /** A call of the queue or the store fails in a way that they do not explain. */
  'failure',
  /** A partition moves to another worker, and both work on it for a while. */
  'moved partition',
  /** A worker is told to end, and a new one is started. */
  'stop',
  /** The log's last entries are gone, the log says that it is another one, and the clients append what was lost. */
  'lost tail',
  /** The same entry is appended twice. */
  'duplicate entry',
  /** The same event is in entries of different ids. */
  'duplicate event',
  /** Entries are appended in another order than their events happened. */
  'out of order',
  /** An entry that cannot be decoded. */
  'undecodable entry',
  /** An entry that can be decoded and that the store cannot apply. */
  'unappliable entry',
] as const;

export type Fault = (typeof faults)[number];

/** What happens in one run, and how often it did. */
export interface Faults {
  counts: Map<Fault, number>;
  /** Whether it happens now: by the run's own probability for it, 0 in most runs. Counts it. */
  happens(fault: Fault): boolean;
  /** The same without counting, for what shows only later whether it has happened. */
  strikes(fault: Fault): boolean;
  count(fault: Fault): void;
  /** From now on nothing goes wrong any more. */
  end(): void;
}

/** Share of runs in which a fault can happen at all, and up to how often, by occasion. */
const shares: Record<Fault, [runs: number, most: number]> = {
  'crash before': [0.4, 0.06],
  'crash after': [0.4, 0.06],
  'unknown commit': [0.4, 0.3],
  zombie: [0.4, 0.2],
  'late zombie': [0.3, 0.3],
  unavailable: [0.4, 0.15],
  failure: [0.3, 0.1],
  'moved partition': [0.4, 0.04],
  stop: [0.4, 0.02],
  'lost tail': [0.4, 0.03],
  'duplicate entry': [0.5, 0.3],
  'duplicate event': [0.5, 0.3],
  'out of order': [0.8, 1],
  'undecodable entry': [0.4, 0.4],
  'unappliable entry': [0.3, 0.4],
};

export function faultsOf(random: Random): Faults {
  const counts = new Map<Fault, number>();
  const rates = new Map<Fault, number>();
  for (const fault of faults) {
    const [runs, most] = shares[fault];
    if (random.chance(runs)) rates.set(fault, most * (0.3 + 0.7 * random.next()));
  }
  const count = (fault: Fault): void => void counts.set(fault, (counts.get(fault) ?? 0) + 1);
  const strikes = (fault: Fault): boolean => {
    const rate = rates.get(fault);
    return rate !== undefined && random.chance(rate);
  };
  return {
    counts,
    count,
    strikes,
    happens(fault) {
      const isSo = strikes(fault);
      if (isSo) count(fault);
      return isSo;
    },
    end: () => rates.clear(),
  };
}
