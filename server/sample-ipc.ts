import type { SampleHandler } from '../reporting/sample.ts';
import { messageOf } from '../core/errors.ts';

/** What the reporting process asks its parent, which owns the queue. */
export interface SampleAsk {
  sample: keyof SampleHandler;
  id: number;
}

/** The parent's answer; `error`: it could not be done. */
export interface SampleDone {
  sampleDone: number;
  result?: number | undefined;
  error?: string;
}

/** The child's side: a handler whose work the parent does. */
export interface RemoteSample extends SampleHandler {
  /** To be called with every answer of the parent. */
  take(done: SampleDone): void;
}

export function remoteSample(send: (ask: SampleAsk) => void): RemoteSample {
  const waiting = new Map<number, { resolve: (result: number) => void; reject: (error: Error) => void }>();
  let last = 0;

  function ask(method: keyof SampleHandler): Promise<number> {
    last += 1;
    const id = last;
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject });
      send({ sample: method, id });
    });
  }

  return {
    add: () => ask('add'),
    remove: async () => void (await ask('remove')),
    take({ sampleDone, result, error }) {
      const caller = waiting.get(sampleDone);
      waiting.delete(sampleDone);
      if (error === undefined) caller?.resolve(result ?? 0);
      else caller?.reject(new Error(`sample data: ${error}`));
    },
  };
}

/** The parent's side: does one thing after the other, in the order in which they were asked. */
export function answerSample(handler: SampleHandler, send: (done: SampleDone) => void): (ask: SampleAsk) => void {
  let before = Promise.resolve();
  return ({ sample, id }) => {
    before = before.then(async () => {
      try {
        const result = await handler[sample]();
        send({ sampleDone: id, ...(result === undefined ? {} : { result }) });
      } catch (error) {
        send({ sampleDone: id, error: messageOf(error) });
      }
    });
  };
}
