import type { Incoming } from './door.ts';
import { Refusal } from './refusal.ts';

/** `''`: a beacon made of a Blob without a type. */
const TYPES = ['text/plain', 'application/json', ''];

/**
 * The request's body as text, at most `bytesMax` bytes of it: a length that is announced is judged before a byte is
 * read, one that is not is counted while it arrives. Bytes that are not UTF-8 become U+FFFD.
 */
export async function readBody(incoming: Incoming, bytesMax: number): Promise<string | Refusal> {
  const type = incoming.header('content-type');
  if (type !== null && !TYPES.includes(essenceOf(type))) {
    const fix = 'send Content-Type: application/json (or text/plain, which costs browsers no preflight)';
    return new Refusal('content_type', 'content-type', 'text/plain or application/json', fix, 'unknown content type');
  }
  const encoding = incoming.header('content-encoding');
  if (encoding !== null && encoding.toLowerCase() !== 'identity') {
    const fix = 'send the body as it is, without Content-Encoding';
    return new Refusal('content_encoding', 'content-encoding', 'identity', fix, 'compressed bodies are not taken');
  }
  const length = incoming.header('content-length');
  if (length !== null && !(Number(length) <= bytesMax)) return tooLarge(bytesMax);
  try {
    return (await incoming.text(bytesMax)) ?? tooLarge(bytesMax);
  } catch {
    const fix = 'send the request again';
    return new Refusal('malformed_json', 'body', 'a whole body', fix, 'the body did not arrive whole');
  }
}

/** `text/plain` of `Text/Plain; charset=utf-8`. */
function essenceOf(type: string): string {
  const end = type.indexOf(';');
  return (end < 0 ? type : type.slice(0, end)).trim().toLowerCase();
}

function tooLarge(bytesMax: number): Refusal {
  const fix = `send at most ${bytesMax} bytes in one request; split what is larger`;
  return new Refusal('too_large', 'body', bytesMax, fix, `the body has more than ${bytesMax} bytes`);
}
