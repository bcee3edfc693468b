import { parentPort, workerData } from 'node:worker_threads';
import { messageOf, QueueFull } from '../../core/errors.ts';
import { unpack } from './packed.ts';
import type { Packed } from './packed.ts';
import { openQueueFile } from './queue-file.ts';
import type { QueueFileOptions } from './queue-file.ts';
import { openStoreFile } from './store-file.ts';
import type { StoreFileOptions } from './store-file.ts';
import type { ThreadAnswer, ThreadKind } from './thread.ts';

/** The thread behind `openThread`: carries out the calls of one file, one after the other. */

type Request = { id: number; method: string; args: unknown[] };
type Methods = Record<string, ((...args: unknown[]) => unknown) | undefined>;

let methods: Methods | undefined;

function open(): unknown {
  const { kind, options } = workerData as { kind: ThreadKind; options: unknown };
  if (kind === 'store') {
    methods = { ...openStoreFile(options as StoreFileOptions) } as object as Methods;
    return undefined;
  }
  const { partitions, append, ...rest } = openQueueFile(options as QueueFileOptions);
  methods = { ...(rest as object as Methods), append: (packed) => append(unpack(packed as Packed)) };
  return partitions;
}

parentPort?.on('message', ({ id, method, args }: Request) => {
  const answer: ThreadAnswer = { id };
  try {
    const run = method === 'open' ? open : methods?.[method];
    if (!run) throw new Error(`no ${method}`);
    answer.value = run(...args);
  } catch (error) {
    const name = error instanceof Error ? error.name : 'Error';
    answer.error = { name, message: messageOf(error), full: error instanceof QueueFull };
  }
  parentPort?.postMessage(answer);
});
