import { writeFileSync } from 'node:fs';
import type { SentEvent } from '../sdk/src/wire.ts';
import type { Delivery } from './data.ts';

/**
 * Requests as bytes for `load.lua`, which sends them round after round. Two marks change with the round, so that no
 * event id is ever sent twice and each round has visitors of its own: eight times `@` is the first half of an id's time,
 * three times `#` the first part of the visitor's address.
 */

const ROUND_MARK = '@@@@@@@@';
const ADDRESS_MARK = '###';
const SEPARATOR = '\u0000';
const REQUESTS_MAX = 0x10000;

/** Writes deliveries to a file, in their order. */
export function writeRequests(file: string, deliveries: Delivery[]): void {
  if (deliveries.length > REQUESTS_MAX) throw new RangeError(`at most ${REQUESTS_MAX} requests`);
  const ids = new Map<string, string>();
  for (const [index, { batch }] of deliveries.entries()) {
    for (const { id } of batch.events) ids.set(id, markId(id, index));
  }
  writeFileSync(file, deliveries.map((delivery) => requestOf(delivery, ids)).join(SEPARATOR));
}

/** The request's number takes the place of the second half of the id's time, so ids grow as real ones do. */
function markId(id: string, index: number): string {
  return `${ROUND_MARK}-${index.toString(16).padStart(4, '0')}-${id.slice('01234567-0123-'.length)}`;
}

function requestOf({ address, agent, language, batch }: Delivery, ids: Map<string, string>): string {
  const marked = (id: string): string => ids.get(id) ?? markId(id, 0);
  const events = batch.events.map((event): SentEvent => {
    const view = event.view === undefined ? {} : { view: marked(event.view) };
    return { ...event, id: marked(event.id), ...view };
  });
  const body = JSON.stringify({ ...batch, events });
  // What a browser sends with `fetch` of text/plain from the site's pages, by way of one proxy.
  const headers = [
    'POST /e HTTP/1.1',
    'Host: collector.bench.example',
    `X-Forwarded-For: ${ADDRESS_MARK}${address.slice(address.indexOf('.'))}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    `User-Agent: ${agent}`,
    'Content-Type: text/plain;charset=UTF-8',
    'Accept: */*',
    'Origin: https://bench.example',
    'Sec-Fetch-Site: same-site',
    'Sec-Fetch-Mode: cors',
    'Sec-Fetch-Dest: empty',
    'Referer: https://bench.example/',
    'Accept-Encoding: gzip, deflate, br, zstd',
    `Accept-Language: ${language},${language.slice(0, 2)};q=0.9`,
  ];
  return `${headers.join('\r\n')}\r\n\r\n${body}`;
}
