import { setTimeout as pause } from 'node:timers/promises';
import type { ClientSession, MongoClient } from 'mongodb';
import { messageOf, Unavailable } from '../../core/errors.ts';
import type { Limits } from '../../core/limits.ts';
import { isConflict, isDuplicate, isInterrupted, isNetwork, isTransient, isUnknownCommit } from './errors.ts';
import type { Owners } from './owners.ts';

/** What a transaction came to, and whether that is to be kept. */
export interface Outcome<T> {
  commit: boolean;
  value: T;
}

type Work<T> = (session: ClientSession) => Promise<Outcome<T>>;

export interface Transactions {
  /**
   * Runs `work` in a transaction, and again where that is right, until it is committed or says that there is nothing to
   * keep. It runs again also where a commit was not answered: it must find out whether its own work is there already.
   * One lane's transactions run one after the other.
   *
   * @throws TooSlow where there was too much to do; else what MongoDB's driver throws
   */
  run<T>(lane: number, work: Work<T>): Promise<T>;
  /** Resolves when nothing runs any more. The client ends the sessions when it is closed. */
  settled(): Promise<void>;
}

/** MongoDB was there, and yet there was more to do than the time of a transaction. */
export class TooSlow extends Unavailable {}

/** Milliseconds between two attempts: the first, and the longest. */
const PAUSE_MS_MIN = 5;
const PAUSE_MS_MAX = 200;
/** MongoDB ends a transaction by itself after this time, so nobody need be more patient. */
const PATIENCE_MS_MAX = 60_000;
/** Of two that make the same document at once the second finds it when it tries again. */
const DUPLICATES_MAX = 3;

interface Lane {
  number: number;
  session: ClientSession;
  /** Whether its session is written down. */
  known: boolean;
  /** For how long it waits for another's transaction. Grows each time in vain, so that two live ones come through in turn. */
  patienceMs: number;
  last: Promise<unknown>;
}

type TransactionLimits = Pick<Limits, 'storeOwnerMsMax' | 'storeTransactionMsMax' | 'storeCommandMsMax'>;

export function transactions(client: MongoClient, owned: Owners, limits: TransactionLimits): Transactions {
  const lanes = new Map<number, Lane>();

  function newSession(): ClientSession {
    const writeConcern = { w: 'majority', journal: true, wtimeoutMS: limits.storeCommandMsMax } as const;
    const readConcern = { level: 'snapshot' } as const;
    return client.startSession({ defaultTransactionOptions: { readConcern, writeConcern, readPreference: 'primary' } });
  }

  function laneOf(number: number): Lane {
    const patienceMs = limits.storeOwnerMsMax;
    const lane = lanes.get(number) ?? {
      number,
      session: newSession(),
      known: false,
      patienceMs,
      last: Promise.resolve(),
    };
    lanes.set(number, lane);
    return lane;
  }

  /** To end a transaction of a server that does not answer would take as long again; whoever comes next ends it. */
  function leaveSession(lane: Lane): void {
    lane.session.endSession().catch(() => {});
    lane.session = newSession();
    lane.known = false;
  }

  async function untilDone<T>(lane: Lane, work: Work<T>): Promise<T> {
    const began = Date.now();
    const mayGoOn = retries(began + limits.storeTransactionMsMax);
    const block = blockade(lane, owned);
    for (let pauseMs = PAUSE_MS_MIN; ; pauseMs = Math.min(PAUSE_MS_MAX, pauseMs * 2)) {
      const tried = Date.now();
      try {
        if (!lane.known) await owned.add(lane.number, lane.session);
        lane.known = true;
        const value = await attempt(lane.session, work);
        lane.patienceMs = limits.storeOwnerMsMax;
        return value;
      } catch (error) {
        if (isNetwork(error)) leaveSession(lane);
        else if (Date.now() - tried > limits.storeTransactionMsMax)
          throw new TooSlow(messageOf(error), { cause: error });
        if (!mayGoOn(error)) throw error;
        await block(error);
      }
      await pause(pauseMs);
    }
  }

  return {
    run(number, work) {
      const lane = laneOf(number);
      const mine = lane.last.then(() => untilDone(lane, work));
      lane.last = mine.catch(() => {});
      return mine;
    },
    async settled() {
      await Promise.all([...lanes.values()].map(({ last }) => last));
    },
  };
}

async function attempt<T>(session: ClientSession, work: Work<T>): Promise<T> {
  session.startTransaction();
  try {
    const { commit, value } = await work(session);
    await (commit ? session.commitTransaction() : session.abortTransaction());
    return value;
  } catch (error) {
    if (session.inTransaction() && !isNetwork(error)) await session.abortTransaction();
    throw error;
  }
}

/** Whether to try again after an error. Not where the connection fails before the commit: the caller waits better. */
function retries(until: number): (error: unknown) => boolean {
  let duplicates = 0;
  return (error) => {
    if (Date.now() > until) return false;
    if (isDuplicate(error)) return ++duplicates <= DUPLICATES_MAX;
    return isUnknownCommit(error) || isInterrupted(error) || (isTransient(error) && !isNetwork(error));
  };
}

/** Ends what other stores of the lane have left open, once it has been in the way for longer than the lane is patient. */
function blockade(lane: Lane, owned: Owners): (error: unknown) => Promise<void> {
  let since: number | undefined;
  return async (error) => {
    since = isConflict(error) ? (since ?? Date.now()) : undefined;
    if (since === undefined || Date.now() - since < lane.patienceMs) return;
    await owned.endOthers(lane.number, lane.session);
    lane.patienceMs = Math.min(PATIENCE_MS_MAX, lane.patienceMs * 2);
    since = undefined;
  };
}
