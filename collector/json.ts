import { cleanAll } from './clean.ts';
import { Refusal } from './refusal.ts';

/** How deep the doors look into a body: batch, events, event, props, value. */
const DEPTH = 5;

/**
 * What a JSON text says, with clean texts. V8 parses without recursion, so that depth is no danger.
 *
 * @param text decoded UTF-8: only an escape can bring in what is not clean, and few texts have any
 */
export function parseJson(text: string): unknown {
  try {
    const json: unknown = JSON.parse(text);
    return text.includes('\\u') ? cleanAll(json, DEPTH) : json;
  } catch {
    return new Refusal('malformed_json', 'body', 'JSON', 'send a JSON object (RFC 8259)', 'the body is not JSON');
  }
}
