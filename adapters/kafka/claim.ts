import { setTimeout as pause } from 'node:timers/promises';
import type { Consumer } from '@platformatic/kafka';
import { Unusable } from '../../core/errors.ts';
import type { Limits } from '../../core/limits.ts';
import { handlersOf } from '../handlers.ts';
import type { Handle, Handlers } from '../handlers.ts';
import { inTime } from './connection.ts';
import type { Kafka } from './connection.ts';
import { codesOf, isLate } from './errors.ts';
import type { Topic } from './topic.ts';
import type { Commit } from './trim.ts';

export interface ClaimContext {
  kafka: Kafka;
  topic: Topic;
  limits: Pick<Limits, 'leaseMs' | 'queueCommandMsMax' | 'retryMsMin' | 'retryMsMax'>;
  /** Told by whom to commit while this process is a member of the group. */
  commitBy(commit: Commit | undefined): void;
  /** Commits what is to be committed, as long as the partitions are ours. */
  settle(): Promise<void>;
  warn(message: string): void;
}

/** The part of a session's time after which the handlers must hear that Kafka does not. */
const SAFE = 0.9;
/** The shortest session in ms that Kafka allows unless it is set up otherwise. */
const SESSION_MS_MIN = 6000;
/** ms that commits are waited for at the end. */
const SETTLE_MS = 500;
/** Nobody is told anything of a member, but the client wants a function that is asked before each time it joins. */
const NOTHING = Buffer.alloc(0);

/**
 * `Queue.claim` by Kafka's consumer group: it decides who has which partition, and that is for speed. That nothing counts twice
 * rests on the store.
 *
 * When members come or go all give up their partitions and join again. Before that the handlers are told to end, and are
 * waited for: so two processes seldom work at one partition at a time. They are told to end as well when Kafka was not
 * heard of for so long that it may have given the partitions to others.
 */
export async function claimByGroup(context: ClaimContext, handle: Handle, signal: AbortSignal): Promise<void> {
  const failed = new AbortController();
  const stop = AbortSignal.any([signal, failed.signal]);
  const handlers = handlersOf(handle, (reason) => failed.abort(reason));
  const stopped = new Promise<undefined>((resolve) => {
    if (stop.aborted) resolve(undefined);
    else stop.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  let { leaseMs } = context.limits;
  while (!stop.aborted) {
    const error = await takePart(context, leaseMs, handlers, { stop, stopped });
    if (!codesOf(error).includes('INVALID_SESSION_TIMEOUT')) continue;
    if (leaseMs >= SESSION_MS_MIN) {
      failed.abort(new Unusable(`${context.kafka.place} does not take a session of ${leaseMs} ms (LEASE_MS).`));
    } else {
      context.warn(
        `${context.kafka.place} takes no session as short as ${leaseMs} ms (LEASE_MS); it is ${SESSION_MS_MIN}.`,
      );
      leaseMs = SESSION_MS_MIN;
    }
  }
  await handlers.ended();
  if (failed.signal.aborted) throw failed.signal.reason;
}

interface Stopping {
  stop: AbortSignal;
  /** Resolves with it. */
  stopped: Promise<undefined>;
}

/** As one member, until the signal, or until an error after which it has to be another one. */
async function takePart(
  { kafka, topic, limits, commitBy, settle }: ClaimContext,
  sessionMs: number,
  handlers: Handlers,
  { stop, stopped }: Stopping,
): Promise<unknown> {
  // A broker that hangs is found out by this, so that the member begins with another one: it waits longer for answers.
  await Promise.race([kafka.ask(() => kafka.admin.metadata({ forceUpdate: true })).catch(() => {}), stopped]);
  const member = newMember(kafka, topic, sessionMs, limits.queueCommandMsMax, async () => {
    watch.lost();
    await Promise.race([handlers.ended().then(settle), pause(sessionMs / 2, undefined, { ref: false })]);
  });
  const watch = watchOf(member, topic, sessionMs, handlers, stop);
  commitBy((offsets) => inTime(member.commit({ offsets }), limits.queueCommandMsMax));
  let error: unknown;
  for (let ms = limits.retryMsMin; !stop.aborted && !isFinal(error); ms = Math.min(ms * 2, limits.retryMsMax)) {
    const outOfGroup = watch.outOfGroup();
    const joined = member.joinGroup({}).then(() => {
      ms = limits.retryMsMin;
      return outOfGroup;
    });
    // Away, or another election: it is tried again, and whoever reads hears of it.
    error = await Promise.race([joined.catch((fault: unknown) => fault), stopped]);
    watch.lost();
    if (!isFinal(error)) await pause(ms, undefined, { signal: stop }).catch(() => {});
  }
  await handlers.ended();
  await inTime(settle(), SETTLE_MS).catch(() => {});
  commitBy(undefined);
  // It says farewell, so that nobody waits for the end of its session. Who does not hear that waits.
  if (!isLate(error)) {
    await Promise.race([member.close().catch(() => {}), pause(limits.queueCommandMsMax, undefined, { ref: false })]);
  }
  await kafka.release(member, isLate(error));
  return error;
}

/** Whether a member cannot go on: its broker hangs, or its session is not taken. */
function isFinal(error: unknown): boolean {
  return isLate(error) || codesOf(error).includes('INVALID_SESSION_TIMEOUT');
}

function newMember(
  kafka: Kafka,
  topic: Topic,
  sessionMs: number,
  queueCommandMsMax: number,
  beforeJoin: () => Promise<void>,
): Consumer {
  const member = kafka.newConsumer({
    groupId: topic.group,
    groupProtocol: 'classic',
    sessionTimeout: sessionMs,
    rebalanceTimeout: sessionMs,
    heartbeatInterval: Math.floor(sessionMs / 3),
    // Whoever joins is answered when all others have.
    requestTimeout: sessionMs + queueCommandMsMax,
    protocolsMetadata: async () => {
      await beforeJoin();
      return NOTHING;
    },
  });
  member.topics.track(topic.name);
  return member;
}

/** Runs handlers as long as the group says so and Kafka is heard of. */
function watchOf(member: Consumer, topic: Topic, sessionMs: number, handlers: Handlers, stop: AbortSignal) {
  let timer: NodeJS.Timeout | undefined;
  let asked = performance.now();
  let mine: number[] = [];
  let out: (error?: unknown) => void = () => {};

  function end(): void {
    clearTimeout(timer);
    handlers.runOnly([]);
  }

  function alive(): void {
    const safeMs = asked + sessionMs * SAFE - performance.now();
    // An answer that was so long on its way says nothing about now.
    if (stop.aborted || safeMs <= 0) return;
    clearTimeout(timer);
    handlers.runOnly(mine);
    timer = setTimeout(end, safeMs);
  }

  stop.addEventListener('abort', end, { once: true });
  // The client joins again by itself; that it could not is an error.
  member.on('error', (error) => out(error));
  member.on('client:close', () => out());
  member.on('consumer:heartbeat:start', () => (asked = performance.now()));
  member.on('consumer:heartbeat:end', alive);
  member.on('consumer:group:join', ({ assignments = [] }) => {
    asked = performance.now();
    mine = assignments.filter(({ topic: name }) => name === topic.name).flatMap(({ partitions }) => partitions);
    alive();
  });
  return {
    /** Resolves, with the reason, when the client has given up to be a member. */
    outOfGroup: () => new Promise<unknown>((resolve) => (out = resolve)),
    /** What it had may be another's by now. */
    lost(): void {
      mine = [];
      end();
    },
  };
}
