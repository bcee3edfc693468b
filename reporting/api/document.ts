import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import {
  answerSchema,
  plainSiteSchema,
  propertiesSchema,
  questionSchema,
  realtimeSchema,
  refusedAnswerSchema,
  sitesSchema,
} from '../../core/question.ts';
import { siteSettingsSchema } from '../../core/site-settings.ts';
import { exportFormats } from '../export/wanted.ts';
import { reasons } from '../refuse.ts';
import { eraseSchema } from './administer.ts';

/** The API described: one route an endpoint, from the schemas by which questions are checked and clients typed. */

/** What every refusal looks like. */
const refusalSchema = z
  .object({
    status: z.literal('refused'),
    reason: z.enum(reasons),
    field: z.string().meta({ description: 'What is wrong, as a path such as `filters[0][1]`.' }),
    limit: z.string().meta({ description: 'What is allowed there, in words.' }),
    fix: z.string().meta({ description: 'What to do.' }),
    message: z.string(),
    allowed: z
      .array(z.string())
      .optional()
      .meta({ description: 'With 422: the values, names or forms that are allowed.' }),
    progress: z
      .number()
      .optional()
      .meta({ description: 'With reason `building`: how far the numbers are put together, from 0 to 1.' }),
  })
  .meta({ id: 'Refusal' });

const siteId = z.string().meta({ description: "The site's id.", example: 'example.com' });
const date = z.iso.date().optional();

function json(schema: z.ZodType, description: string) {
  return { description, content: { 'application/json': { schema } } };
}

const file = { schema: z.string().meta({ format: 'binary' }) };

const refusal = (description: string) => json(refusalSchema, description);
const common = {
  401: refusal('Without the token, where one is needed.'),
  503: refusal('Not now: `building`, `busy`, `too_heavy` or `unavailable`. `Retry-After` says when to ask again.'),
};
const none = refusal('`unknown_site`: there is no such site.');
const changing = {
  ...common,
  400: refusal('A setting is wrong; `field` names it.'),
  403: refusal('From a page of another origin.'),
  415: refusal('Not `application/json`.'),
};
const settings = siteSettingsSchema;
const siteInPath = z.object({ id: siteId });

const example = {
  site_id: 'example.com',
  date_range: '7d',
  metrics: ['visitors', 'bounce_rate'],
  dimensions: ['source'],
  filters: [['contains', 'page', ['/blog']]],
  include: { totals: true, comparison: 'previous_period' },
};

const routes = [
  createRoute({
    method: 'post',
    path: '/api/v1/query',
    summary: 'Ask a question',
    description: 'Metrics of a site and a range, by dimensions, under filters, compared with another period.',
    request: { body: { required: true, content: { 'application/json': { schema: questionSchema, example } } } },
    responses: {
      200: json(answerSchema, 'The answer.'),
      ...common,
      400: refusal('The body is not JSON.'),
      404: refusal('There is no such site.'),
      413: refusal('The question is too long.'),
      415: refusal('The content type is not `application/json`.'),
      422: refusal('The question cannot be answered; `allowed` lists what can.'),
      504: refusal('The question takes longer than it may.'),
    },
  }),
  createRoute({
    method: 'get',
    path: '/api/v1/realtime',
    summary: 'Who is there now',
    description: 'Visitors and pages of the last 5 minutes, page views of each of the last 30.',
    request: { query: z.object({ site_id: siteId }) },
    responses: { 200: json(realtimeSchema, 'The last minutes.'), ...common, 404: refusal('There is no such site.') },
  }),
  createRoute({
    method: 'get',
    path: '/api/v1/sites',
    summary: 'The sites',
    description: 'All sites, by id.',
    responses: { 200: json(sitesSchema, 'The sites.'), ...common },
  }),
  createRoute({
    method: 'get',
    path: '/api/v1/properties',
    summary: 'The properties of events',
    description: 'Names of properties that events carried lately; of one event, or of all.',
    request: { query: z.object({ site_id: siteId, event: z.string().optional() }) },
    responses: { 200: json(propertiesSchema, 'The names.'), ...common, 404: refusal('There is no such site.') },
  }),
  createRoute({
    method: 'get',
    path: '/api/v1/refused',
    summary: 'What was not counted',
    description:
      'Events that were refused, by day and reason, and the last refusals of the site. Without `site_id` the counts of which no site is known.',
    request: { query: z.object({ site_id: siteId.optional(), from: date, to: date }) },
    responses: { 200: json(refusedAnswerSchema, 'The counts.'), ...common, 400: refusal('A parameter is wrong.') },
  }),
  createRoute({
    method: 'post',
    path: '/api/v1/sites',
    summary: 'Make a site',
    description: 'With its id and settings. The key for its servers is told only now.',
    request: { body: { content: json(settings.extend({ id: z.string() }), '').content, required: true } },
    responses: {
      201: json(z.object({ site: plainSiteSchema, key: z.string() }), 'Made.'),
      ...changing,
      409: refusal('`exists`: it is there.'),
    },
  }),
  createRoute({
    method: 'patch',
    path: '/api/v1/sites/{id}',
    summary: "Change a site's settings",
    description: 'Those that are named; a list is given whole, and an empty one is none. The zone stays.',
    request: { params: siteInPath, body: { content: json(settings, '').content, required: true } },
    responses: { 200: json(z.object({ site: plainSiteSchema }), 'The site as it is then.'), ...changing, 404: none },
  }),
  createRoute({
    method: 'post',
    path: '/api/v1/sites/{id}/key',
    summary: "A new key for a site's servers",
    description: 'It is told only now; the one before is void.',
    request: { params: siteInPath },
    responses: { 200: json(z.object({ key: z.string() }), 'The key.'), ...common, 404: none },
  }),
  createRoute({
    method: 'post',
    path: '/api/v1/erase',
    summary: 'Erase a person',
    description:
      'Removes the events and visits of a `user_id`, and keeps queued and repeated ones from bringing them back.',
    request: { body: { content: json(eraseSchema, '').content, required: true } },
    responses: { 200: json(z.object({ events: z.number().int() }), 'How many events went.'), ...changing, 404: none },
  }),
  createRoute({
    method: 'get',
    path: '/api/v1/export',
    summary: 'Visits as a file',
    description: 'A row a visit, in no particular order; docs/import-export.md has the columns. One export at a time.',
    request: {
      query: z.object({
        site_id: siteId,
        format: z.enum(exportFormats),
        from: date.meta({ description: "First of the site's days." }),
        to: date.meta({ description: "Last of the site's days, included." }),
      }),
    },
    responses: {
      200: { description: 'The file.', content: { 'text/csv': file, 'application/vnd.apache.parquet': file } },
      ...common,
      404: refusal('There is no such site.'),
      422: refusal('A parameter is wrong; `allowed` lists what can be, where a list says it.'),
      504: refusal('It takes longer than it may.'),
    },
  }),
];

/** The OpenAPI document. */
export type ApiDocument = ReturnType<OpenAPIHono['getOpenAPI31Document']>;

/** Makes the OpenAPI document of the API. */
export function apiDocument(): ApiDocument {
  const app = new OpenAPIHono();
  for (const route of routes) app.openAPIRegistry.registerPath(route);
  app.openAPIRegistry.registerComponent('securitySchemes', 'token', {
    type: 'http',
    scheme: 'bearer',
    description: 'The token that the first start printed. On loopback none is needed.',
  });
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Footfall reporting API',
      version: '1',
      description: 'What the metrics mean is written in docs/meanings.md (definitions version 1).',
    },
    security: [{ token: [] }],
  });
}
