import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { measured } from './measured.ts';

/** What the collector is measured against: a server that reads a body and answers 202, and does nothing else. */

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    Buffer.concat(chunks).toString();
    response.statusCode = 202;
    response.setHeader('content-type', 'application/json');
    response.end('{"status":"accepted"}');
  });
});

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  measured({ port }, async () => {
    server.closeAllConnections();
    server.close();
  });
});
