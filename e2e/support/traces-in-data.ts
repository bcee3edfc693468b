import { MongoClient } from 'mongodb';
import { inject } from 'vitest';
import type { Data } from './deployment.ts';
import { find, findInFiles } from './traces.ts';
import type { Trace } from './traces.ts';

/**
 * Which secrets can be found where in all that a Footfall keeps: the files of its processes and of its queue, and the
 * documents of MongoDB, whose own files are packed.
 */
export async function findInData(traces: Trace[], { folder, places }: Data): Promise<string[]> {
  const found = findInFiles(traces, folder);
  const services = inject('services');
  if (places.QUEUE_URL !== undefined && typeof services !== 'string') {
    found.push(...findInFiles(traces, services.queueFolder));
  }
  if (places.STORE_URL !== undefined) found.push(...(await findInDocuments(traces, places.STORE_URL)));
  return found;
}

async function findInDocuments(traces: Trace[], url: string): Promise<string[]> {
  const client = new MongoClient(url);
  const found: string[] = [];
  try {
    const database = client.db();
    for await (const { name } of database.listCollections({}, { nameOnly: true })) {
      found.push(...find(traces, `the name ${name}`, name));
      const documents = database.collection<Buffer>(name, { raw: true }).find();
      for await (const document of documents) found.push(...find(traces, name, document));
    }
    return found;
  } finally {
    await client.close();
  }
}
