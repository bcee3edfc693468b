import type { Context } from 'hono';
import type { Parts } from '../parts.ts';
import { answer } from '../question/answer.ts';
import { checkQuestion } from '../question/check.ts';
import { knownSite } from '../known-site.ts';
import { readJson } from './read-json.ts';

/** `POST /api/v1/query`: one question, one answer. */
export function query(parts: Parts): (c: Context) => Promise<Response> {
  const { replica, limits, now } = parts;
  return async (c) => {
    const body = await readJson(c, limits.questionBodyBytesMax);
    if (body instanceof Response) return body;
    const question = checkQuestion(body.json, limits.patternCharsMax);
    const site = await knownSite(c, parts, question.site_id);
    if (site instanceof Response) return site;
    const asOf = replica.asOf(site.id);
    const at = { site, now: now(), asOf };
    return c.json(await replica.ask((connection) => answer(question, { ...at, connection }), c.req.raw.signal));
  };
}
