import { z } from 'zod';
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
export const dateRangeSchema = z.union([z.enum(namedRanges), customRange]);

/** `''` as a value of `is` and `is_not` means: has none, such as the source of a visit that came directly. */
const conditionSchema = z.tuple([
  z.enum(operators),
  filterableSchema,
  z.array(z.string().max(questionLimits.valueCharsMax)).min(1).max(questionLimits.valuesMax),
]);

export type Condition = z.infer<typeof conditionSchema>;
export type Filter = Condition | ['and' | 'or', Filter[]] | ['not', Filter];

export const filterSchema: z.ZodType<Filter, Filter> = z.lazy(() =>
  z.union([
    conditionSchema,
    z.tuple([z.enum(['and', 'or']), z.array(filterSchema).min(1).max(questionLimits.conditionsMax)]),
    z.tuple([z.literal('not'), filterSchema]),
  ]),
);

export const questionSchema = z.strictObject({
  site_id: z.string().min(1).max(64),
  date_range: dateRangeSchema,
  metrics: z.array(metricSchema).min(1).max(questionLimits.metricsMax),
  dimensions: z.array(dimensionSchema).max(questionLimits.dimensionsMax).default([]),
  /** All of them must hold. */
  filters: z.array(filterSchema).max(questionLimits.conditionsMax).default([]),
  /** Metrics and dimensions of the question. Default: time ascending if there is one, then the first metric descending, then the dimensions. */
  order_by: z
    .array(z.tuple([z.union([metricSchema, dimensionSchema]), z.enum(['asc', 'desc'])]))
    .max(questionLimits.orderMax)
    .optional(),
  pagination: z
    .strictObject({
      limit: z.number().int().min(1).max(questionLimits.rowsMax).default(questionLimits.rowsDefault),
      offset: z.number().int().min(0).max(1_000_000_000).default(0),
    })
    .prefault({}),
  include: z
    .strictObject({
      /** The metrics of all rows together. */
      totals: z.boolean().default(false),
      /** How many rows there are without the pagination. */
      total_rows: z.boolean().default(false),
      /**
       * The same of another period: of the same length right before (of days: up to the same time of the day), a year
       * before, or any.
       */
      comparison: z.union([z.enum(['previous_period', 'year_before']), customRange]).optional(),
    })
    .prefault({}),
});

export type Metric = z.infer<typeof metricSchema>;
export type Dimension = z.infer<typeof dimensionSchema>;
export type DateRange = z.infer<typeof dateRangeSchema>;
/** As a client writes it. */
export type QuestionInput = z.input<typeof questionSchema>;
/** With all defaults. */
export type Question = z.output<typeof questionSchema>;

/**
 * Values in the order of the question's metrics and dimensions, rounded to two decimals. A dimension that has no value is
 * `''`. A time bucket is its local start: `2026-11-22` of a day, week (Monday) or month, `2026-11-22T14:00:00+01:00` of an
 * hour or minute, for an hour that comes twice when the clock is set back is two buckets.
 */
const metricValues = z.array(z.number().nullable());
const comparisonSchema = z.object({
  metrics: metricValues,
  /** Change in percent since the comparison's period; null where that was 0 or nothing. */
  change: metricValues,
});
export const rowSchema = z.object({
  dimensions: z.array(z.string()),
  metrics: metricValues,
  comparison: comparisonSchema.optional(),
});

export const answerSchema = z.object({
  results: z.array(rowSchema),
  totals: z.object({ metrics: metricValues, comparison: comparisonSchema.optional() }).optional(),
  meta: z.object({
    definitions_version: z.number().int(),
    /** IANA name. */
    time_zone: z.string(),
    /** Resolved: ISO instants with the zone's offset, the second excluded. */
    date_range: z.tuple([z.string(), z.string()]),
    comparison_date_range: z.tuple([z.string(), z.string()]).optional(),
    /** The time dimension's bucket. */
    bucket: z.enum(timeBuckets).optional(),
    total_rows: z.number().int().optional(),
    /** Sentences a reader of these numbers should know, such as that many days' visitors are the sum of the days'. */
    notes: z.array(z.string()),
    /** ms since 1970 up to which the replica had followed the store. */
    as_of: z.number().int(),
  }),
});

export type Row = z.infer<typeof rowSchema>;
export type Answer = z.infer<typeof answerSchema>;

/** `GET /api/v1/realtime?site_id=`. */
export const realtimeSchema = z.object({
  /** Visitors with an event in the last 5 minutes. */
  visitors: z.number().int(),
  /** Page views a minute for the last 30 minutes, oldest first, the running minute last. */
  pageviews: z.array(z.object({ minute: z.string(), pageviews: z.number().int() })),
  /** The pages of the last 5 minutes, most visitors first. */
  pages: z.array(z.object({ page: z.string(), visitors: z.number().int() })),
});

/** `GET /api/v1/sites`. */
export const sitesSchema = z.object({
  sites: z.array(
    z.object({
      id: z.string(),
      zone: z.string(),
      created: z.number().int(),
      hostnames: z.array(z.string()).optional(),
    }),
  ),
});

/** `GET /api/v1/refused?site_id=&from=&to=`: events that were not stored, by day and reason. */
export const refusedAnswerSchema = z.object({
  refused: z.array(z.object({ date: z.string(), reason: z.string(), count: z.number().int() })),
});

/** `GET /api/v1/properties?site_id=&event=`: the names of properties of the last 91 days, the most used first. */
export const propertiesSchema = z.object({
  properties: z.array(z.object({ name: z.string(), events: z.number().int() })),
});
