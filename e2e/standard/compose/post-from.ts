import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';

/** What was answered; the status is undefined where the connection broke off before. */
export interface Answer {
  status: number | undefined;
  body: string;
}

export interface PostOptions {
  body: string;
  headers: Record<string, string>;
  /** An address of this machine: all that begin with 127 are its own. */
  from?: string;
}

/** Posts by a connection of its own, from an address that may be another one each time. */
export async function postFrom(address: string, { body, headers, from = '127.0.0.1' }: PostOptions): Promise<Answer> {
  try {
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const sent = request(address, { method: 'POST', headers, localAddress: from, agent: false }, resolve);
      sent.once('error', reject);
      sent.end(body);
    });
    return { status: answer.statusCode, body: await text(answer) };
  } catch (error) {
    return { status: undefined, body: String(error) };
  }
}
