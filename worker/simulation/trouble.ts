import type { Applied } from '../../core/ports.ts';
import { errorOf } from './cluster.ts';
import type { Running } from './cluster.ts';
import { loseTail } from './memory-log.ts';
import type { MemoryLog } from './memory-log.ts';
import { append, PARTITIONS, perform } from './run.ts';
import type { Run } from './run.ts';
import type { Call } from './scheduler.ts';

/** Faults end after so many steps, even if clients still have something to append. */
const TROUBLED_STEPS_MAX = 700;

/** Until the clients have appended everything: everything that can go wrong. Answers who stands still till the end. */
export async function trouble(run: Run): Promise<Running[]> {
  const { random, scheduler: clock, pending, cluster: workers } = run;
  const late: Running[] = [];
  while (pending.length > 0 && run.steps < TROUBLED_STEPS_MAX) {
    run.steps += 1;
    await clock.settled();
    if (random.chance(0.15)) appendOne(run);
    surprise(run, late);
    workers.cover();
    const call = random.chance(0.02) ? clock.pickWaiting('read') : clock.pick();
    if (call) answer(run, call, late);
    else appendOne(run);
  }
  for (const entry of pending.splice(0)) append(run, entry);
  return late;
}

/** A call takes effect, or one of the things that can go wrong with it does. */
function answer(run: Run, call: Call, late: Running[]): void {
  const { faults, cluster: workers } = run;
  const one = workers.running.find((running) => running === call.process);
  if (!one || call.kind === 'other') return perform(call);
  if (faults.happens('crash before')) return crash(run, one);
  if (call.kind === 'sleep') return perform(call);
  if (call.kind === 'apply') {
    const isLate = late.length === 0 && faults.happens('late zombie');
    if (isLate || faults.happens('zombie')) return standStill(run, one, call, isLate ? late : undefined);
    if (faults.strikes('unknown commit')) return performUntold(run, call);
  }
  if (faults.happens('unavailable')) return call.reject(errorOf('unavailable'));
  // Only where it cannot be an entry's own fault, for that would rightly be put into quarantine.
  if (call.kind !== 'apply' && faults.happens('failure')) return call.reject(errorOf('failure'));
  if (faults.happens('crash after')) {
    perform({ ...call, resolve: () => {}, reject: () => {} });
    return crash(run, one);
  }
  perform(call);
}

/** The batch is applied, unless it is fenced, and the worker hears of a failure. */
function performUntold({ faults }: Run, call: Call): void {
  const { effect } = call;
  call.effect = () => {
    const applied = effect() as Applied;
    if (!applied.fenced) faults.count('unknown commit');
    throw errorOf('unknown commit');
  };
  perform(call);
}

function crash({ cluster: workers }: Run, one: Running): void {
  workers.crash(one);
  workers.start();
}

/** The call goes back on the list and stays there as long as the worker stands still. */
function standStill({ scheduler: clock, cluster: workers }: Run, one: Running, call: Call, late?: Running[]): void {
  one.isPaused = true;
  late?.push(one);
  clock.call(one, call.kind, call.effect).then(call.resolve, call.reject);
  if (workers.running.every((other) => !other.isAlive || other.isPaused || other.isStopped)) workers.start();
}

/** What goes wrong, or changes, by itself. */
function surprise(run: Run, late: Running[]): void {
  const { random, faults, cluster: workers, scheduler: clock } = run;
  const paused = workers.running.filter((one) => one.isPaused && one.isAlive && !late.includes(one));
  if (paused.length > 0 && random.chance(0.03)) random.pick(paused).isPaused = false;
  const awake = workers.running.filter((one) => one.isAlive && !one.isPaused && !one.isStopped);
  if (awake.length > 1 && faults.happens('moved partition')) {
    workers.move(random.below(PARTITIONS), random.pick(awake), random.chance(0.5) ? 'now' : 'later');
  }
  if (awake.length > 0 && faults.happens('stop')) {
    const one = random.pick(awake);
    one.isStopped = true;
    one.worker.stop().then(
      () => workers.crash(one),
      (error: unknown) => workers.bugs.push(error),
    );
    workers.start();
  }
  const log = random.pick(run.logs);
  if (log.entries.length > 0 && faults.happens('lost tail')) lose(run, log, clock.now());
}

function lose({ random, logs, pending, lossy }: Run, log: MemoryLog, now: number): void {
  const partition = logs.indexOf(log);
  lossy.add(partition);
  const lost = loseTail(log, 1 + random.below(log.entries.length), `${log.incarnation}+${now}`);
  for (const body of lost) {
    pending.push({ partition, body });
    if (random.chance(0.3)) pending.push({ partition, body });
  }
}

/** A client's next try. It fails now and then, and then the client tries again, for it cannot know better. */
function appendOne(run: Run): void {
  const { random, pending, faults, traffic } = run;
  const [entry] = pending.splice(random.below(Math.min(6, pending.length)), 1);
  if (!entry) return;
  const isLost = random.chance(0.1);
  if (!isLost) append(run, entry);
  if (!isLost && !faults.happens('duplicate entry')) return;
  pending.push(faults.happens('duplicate event') ? traffic.regrouped(entry) : entry);
}
