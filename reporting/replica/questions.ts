import type { Limits } from '../../core/limits.ts';
import type { Connection, Database } from './database.ts';
import { Interrupted } from './failure.ts';
import { NOBODY_WAITS, turns } from './turns.ts';

export type QuestionLimits = Pick<Limits, 'questionMsMax' | 'questionsAtOnceMax' | 'questionsWaitingMax'>;

/** Where questions are asked: some at once, the others wait; each within its time. */
export interface Questions {
  /**
   * Runs statements in one transaction, so that all of them see the same.
   *
   * @param signal of who waits for the answer
   * @throws Interrupted after `questionMsMax`, or when the signal is aborted; Busy if too many wait, or it waited too long
   */
  ask<T>(question: (connection: Connection) => Promise<T>, signal?: AbortSignal): Promise<T>;
  /** Ends what runs, and resolves when nothing does any more. */
  close(): Promise<void>;
}

const INTERRUPT_MS = 20;

/** Questions to one open database. */
export function questions(database: Database, limits: QuestionLimits): Questions {
  const idle: Connection[] = [];
  const queue = turns(limits);
  const running = new Set<Promise<unknown>>();
  const ends = new Set<() => void>();
  let closed = false;

  async function run<T>(question: (connection: Connection) => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (closed) throw new Interrupted('the replica is closed');
    const connection = idle.pop() ?? (await database.connect());
    let over: string | undefined;
    let ending: ReturnType<typeof setInterval> | undefined;
    const end = (why: string) => () => {
      over ??= why;
      // One that comes between two steps of the database is lost.
      ending ??= setInterval(() => connection.interrupt(), INTERRUPT_MS);
      connection.interrupt();
    };
    const [late, gone, shut] = [end('its time is over'), end(NOBODY_WAITS), end('the replica is closed')];
    const timer = setTimeout(late, limits.questionMsMax);
    signal?.addEventListener('abort', gone, { once: true });
    if (signal?.aborted) gone();
    ends.add(shut);
    if (closed) shut();
    const check = (): void => throwIfOver(over);
    const checked: Connection = {
      ...connection,
      async rows(sql, values) {
        check();
        const rows = await connection.rows(sql, values).catch((error: unknown) => {
          check();
          throw error;
        });
        check();
        return rows;
      },
    };
    try {
      await connection.run('BEGIN TRANSACTION READ ONLY');
      return await question(checked);
    } finally {
      clearTimeout(timer);
      clearInterval(ending);
      signal?.removeEventListener('abort', gone);
      ends.delete(shut);
      await connection.run('ROLLBACK').then(
        () => (closed ? connection.close() : idle.push(connection)),
        () => connection.close(),
      );
    }
  }

  return {
    async ask(question, signal) {
      await queue.wait(signal);
      const answer = run(question, signal);
      running.add(answer);
      try {
        return await answer;
      } finally {
        running.delete(answer);
        queue.pass();
      }
    },
    async close() {
      closed = true;
      for (const end of ends) end();
      await Promise.allSettled(running);
      for (const connection of idle.splice(0)) connection.close();
    },
  };
}

function throwIfOver(why: string | undefined): void {
  if (why !== undefined) throw new Interrupted(why);
}
