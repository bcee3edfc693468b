import { z } from 'zod';
import { lastRefusalSchema } from './last-refusals.ts';
import { siteSettingsSchema } from './site-settings.ts';
import { dayOfIso } from './day.ts';

/** A question to the reporting, as data: what `POST /api/v1/query` takes and answers. One definition for API, compiler and clients. */

/** Version of the meanings of the metrics; `docs/meanings.md`. */
export const DEFINITIONS_VERSION = 1;

/** Percentages run from 0 to 100, times are seconds. A metric without a base (such as the bounce rate of no visit) is null. */
export const metrics = [
  'visitors',
  'visits',
  'pageviews',
  'events',
  'views_per_visit',
  'bounce_rate',
  'visit_duration',
  'engaged_time',
] as const;

export const timeBuckets = ['minute', 'hour', 'day', 'week', 'month'] as const;

/** Dimensions of events (what was done) and of visits (who came, from where, with what). */
export const eventDimensions = ['page', 'hostname', 'event'] as const;
export const visitDimensions = [
  'entry_page',
  'exit_page',
  'source',
  'channel',
  'referrer',
  'utm_source',
  'utm_medium',
  'utm_campaign',
  'utm_content',
  'utm_term',
  'country',
  'region',
  'city',
  'browser',
  'browser_version',
  'os',
  'os_version',
  'device',
  'language',
] as const;

export const operators = ['is', 'is_not', 'contains', 'contains_not', 'matches', 'matches_not'] as const;

/**
 * Named ranges end now, in the site's time zone: `7d` is today and the six days before, `6mo` this month and the five
 * before. `day` is today, `month` and `year` the running ones, `all` since the first event's day.
 */
export const namedRanges = ['day', '24h', '7d', '28d', '30d', '91d', 'month', '6mo', '12mo', 'year', 'all'] as const;

/** Limits of one question. */
export const questionLimits = {
  metricsMax: metrics.length,
  dimensionsMax: 4,
  /** `is`, `contains` … in one question, however nested. */
  conditionsMax: 50,
  filterDepthMax: 8,
  /** Values of one condition. */
  valuesMax: 100,
  valueCharsMax: 2000,
  propertyCharsMax: 120,
  rowsMax: 10_000,
  rowsDefault: 100,
  /** Metrics and dimensions to order by. */
  orderMax: 12,
  /** Time buckets of one answer. */
  bucketsMax: 10_000,
} as const;

const PROPERTY = /^property:.{1,120}$/su;

/** A property of events by its name. */
const propertySchema = z.string().regex(PROPERTY) as unknown as z.ZodType<`property:${string}`, `property:${string}`>;

export const metricSchema = z.enum(metrics);
export const dimensionSchema = z.union([
  z.enum([...eventDimensions, ...visitDimensions]),
  z.enum(timeBuckets.map((bucket) => `time:${bucket}` as const)),
  propertySchema,
]);
const filterableSchema = z.union([z.enum([...eventDimensions, ...visitDimensions]), propertySchema]);

const isoDate = z.string().refine((value) => dayOfIso(value) !== undefined, 'a date such as 2026-11-22');
const isoInstant = z.iso.datetime({ offset: true });

/** Two dates of the site's zone, both included; or two instants, the second excluded. */
const customRange = z.union([z.tuple([isoDate, isoDate]), z.tuple([isoInstant, isoInstant])]);
export const dateRangeSchema = z.union([z.enum(namedRanges), customRange]).meta({
  description: [
    "A named range, which ends now, in the site's time zone: `7d` is today and the six days before, `6mo` this month and the",
    "five before; `day` is today, `month` and `year` the running ones, `all` since the first event's day.",
    'Or two dates, both included. Or two instants, the second excluded.',
  ].join(' '),
});

const conditionSchema = z.tuple([
  z.enum(operators),
  filterableSchema,
  z.array(z.string().max(questionLimits.valueCharsMax)).min(1).max(questionLimits.valuesMax),
]);

export type Condition = z.infer<typeof conditionSchema>;
export type Filter = Condition | ['and' | 'or', Filter[]] | ['not', Filter];

export const filterSchema: z.ZodType<Filter, Filter> = z
  .lazy(() =>
    z.union([
      conditionSchema,
      z.tuple([z.enum(['and', 'or']), z.array(filterSchema).min(1).max(questionLimits.conditionsMax)]),
      z.tuple([z.literal('not'), filterSchema]),
    ]),
  )
  .meta({
    id: 'Filter',
    description: [
      'A condition `[operator, dimension, values]`, which holds for any of the values (`is`, `contains`, `matches`) or for',
      'none of them (`is_not`, `contains_not`, `matches_not`); or `["and", filters]`, `["or", filters]`, `["not", filter]`.',
      'The empty text means: has none. Texts are compared with regard to case; `matches` takes regular expressions of RE2.',
    ].join(' '),
  });

export const questionSchema = z
  .strictObject({
    site_id: z.string().min(1).max(64).meta({ description: "The site's id." }),
    date_range: dateRangeSchema,
    metrics: z
      .array(metricSchema)
      .min(1)
      .max(questionLimits.metricsMax)
      .meta({ description: 'What is counted. Percentages run from 0 to 100, times are seconds.' }),
    dimensions: z
      .array(dimensionSchema)
      .max(questionLimits.dimensionsMax)
      .default([])
      .meta({ description: 'By what. At most one of time; `property:name` is a property of events.' }),
    filters: z
      .array(filterSchema)
      .max(questionLimits.conditionsMax)
      .default([])
      .meta({ description: 'All of them must hold.' }),
    order_by: z
      .array(z.tuple([z.union([metricSchema, dimensionSchema]), z.enum(['asc', 'desc'])]))
      .max(questionLimits.orderMax)
      .optional()
      .meta({
        description:
          'Metrics and dimensions of the question. Default: time, then the first metric from the top, then the dimensions.',
      }),
    pagination: z
      .strictObject({
        limit: z.number().int().min(1).max(questionLimits.rowsMax).default(questionLimits.rowsDefault),
        offset: z.number().int().min(0).max(1_000_000_000).default(0),
      })
      .prefault({})
      .meta({ description: 'Which rows.' }),
    include: z
      .strictObject({
        totals: z.boolean().default(false).meta({ description: 'The metrics of all rows together.' }),
        total_rows: z.boolean().default(false).meta({ description: 'How many rows there are without the pagination.' }),
        comparison: z
          .union([z.enum(['previous_period', 'year_before']), customRange])
          .optional()
          .meta({
            description:
              'The same of another period: of the same length right before (of days: up to the same time of the day), a year before, or any.',
          }),
      })
      .prefault({})
      .meta({ description: 'What else is to be told.' }),
  })
  .meta({ id: 'Question' });

export type Metric = z.infer<typeof metricSchema>;
export type Dimension = z.infer<typeof dimensionSchema>;
export type DateRange = z.infer<typeof dateRangeSchema>;
/** As a client writes it. */
export type QuestionInput = z.input<typeof questionSchema>;
/** With all defaults. */
export type Question = z.output<typeof questionSchema>;

const metricValues = z.array(z.number().nullable()).meta({
  description: "In the order of the question's metrics, rounded to two decimals; null where there is no base.",
});
const comparisonSchema = z.object({
  metrics: metricValues,
  change: z
    .array(z.number().nullable())
    .meta({ description: "Change in percent since the comparison's period; null where that was 0 or nothing." }),
});
export const rowSchema = z.object({
  dimensions: z.array(z.string()).meta({
    description: [
      "In the order of the question's dimensions; '' is none. A time bucket is its local start: `2026-11-22` of a day, week",
      '(Monday) or month, `2026-11-22T14:00:00+01:00` of an hour or minute, for an hour that comes twice when the clock is set',
      'back is two buckets.',
    ].join(' '),
  }),
  metrics: metricValues,
  comparison: comparisonSchema.optional(),
});

export const answerSchema = z
  .object({
    results: z
      .array(rowSchema)
      .meta({ description: 'Where time is the only dimension, empty buckets are rows as well.' }),
    totals: z.object({ metrics: metricValues, comparison: comparisonSchema.optional() }).optional(),
    meta: z.object({
      definitions_version: z.number().int().meta({ description: 'Of the meanings of the metrics: docs/meanings.md.' }),
      time_zone: z.string().meta({ description: 'IANA name.' }),
      date_range: z
        .tuple([z.string(), z.string()])
        .meta({ description: "Resolved: ISO instants with the zone's offset, the second excluded." }),
      comparison_date_range: z.tuple([z.string(), z.string()]).optional(),
      bucket: z.enum(timeBuckets).optional().meta({ description: 'Of the time dimension.' }),
      total_rows: z.number().int().optional(),
      notes: z.array(z.string()).meta({
        description:
          "What a reader of these numbers should know, such as that many days' visitors are the sum of the days'.",
      }),
      as_of: z.number().int().meta({ description: 'ms since 1970 up to which everything stored is counted.' }),
    }),
  })
  .meta({ id: 'Answer' });

export type Row = z.infer<typeof rowSchema>;
export type Answer = z.infer<typeof answerSchema>;

export const realtimeSchema = z
  .object({
    visitors: z.number().int().meta({ description: 'Of whom there was any sign in the last 5 minutes.' }),
    pageviews: z
      .array(z.object({ minute: z.string(), pageviews: z.number().int() }))
      .meta({ description: 'The last 30 minutes, oldest first, the running one last.' }),
    pages: z
      .array(z.object({ page: z.string(), visitors: z.number().int() }))
      .meta({ description: 'The pages of the last 5 minutes, most visitors first.' }),
  })
  .meta({ id: 'Realtime' });

/** A site as its owner may see it: without what is secret of it. */
export const plainSiteSchema = z
  .object({
    ...siteSettingsSchema.shape,
    id: z.string(),
    zone: z.string().meta({ description: 'IANA name of its time zone.' }),
    created: z.number().int().meta({ description: 'ms since 1970.' }),
  })
  .meta({ id: 'Site' });

export const sitesSchema = z.object({ sites: z.array(plainSiteSchema) }).meta({ id: 'Sites' });

export const refusedAnswerSchema = z
  .object({
    refused: z
      .array(z.object({ date: z.string(), reason: z.string(), count: z.number().int() }))
      .meta({ description: 'Events that were not stored, the latest day first.' }),
    last: z
      .array(lastRefusalSchema.extend({ time: z.iso.datetime() }))
      .meta({ description: "The site's last refusals, the latest first; without `site_id` none." }),
  })
  .meta({ id: 'Refused' });

/** `GET /api/v1/properties?site_id=&event=`. */
export const propertiesSchema = z
  .object({
    properties: z
      .array(z.object({ name: z.string(), events: z.number().int() }))
      .meta({ description: 'Names of properties that events carry, the most used first.' }),
  })
  .meta({ id: 'Properties' });
