import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Redis } from 'ioredis';
import { measured, option } from './measured.ts';
import { SEED_LIST, seedEvent } from './seed-event.ts';

/**
 * The seed's collector, and faster than that: no framework, nothing is checked. It puts the event into a list in Redis, and
 * answers when Redis has it. It is sent the same requests as ours, of one event each.
 */

interface Body {
  site: string;
  user_id?: string;
  events: [{ id: string; name: string; time: number; url: string }];
}

const redis = new Redis(option('queue'));

async function take(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { site, user_id, events } = JSON.parse(Buffer.concat(chunks).toString()) as Body;
  const { id, name, time, url } = events[0];
  // The seed's clients say who they are; for those of ours that do not, the address does.
  const user = user_id ?? String(request.headers['x-forwarded-for']);
  const event = { event_id: id, site_id: site, event_type: name, path: new URL(url).pathname, user_id: user };
  await redis.lpush(SEED_LIST, JSON.stringify(seedEvent(event, time)));
  return id;
}

const server = createServer((request, response) => {
  response.setHeader('content-type', 'application/json');
  take(request).then(
    (event_id) => {
      response.statusCode = 202;
      response.end(JSON.stringify({ status: 'accepted', event_id }));
    },
    (error: unknown) => {
      response.statusCode = 500;
      response.end(JSON.stringify({ error: String(error) }));
    },
  );
});

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  measured({ port }, async () => {
    server.closeAllConnections();
    server.close();
    redis.disconnect();
  });
});
