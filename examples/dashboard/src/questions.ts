import type { Condition, Dimension, Metric, QuestionInput } from '../../../core/question.ts';
import type { Bucket, Detail, PanelName, State } from './state.ts';
import { countriesNamed } from './words.ts';

/** What the page asks, as data. */

export const headlineMetrics: Metric[] = [
  'visitors',
  'visits',
  'pageviews',
  'views_per_visit',
  'bounce_rate',
  'visit_duration',
];

export const PANEL_ROWS = 8;
export const DETAIL_ROWS = 50;
/** Values that the API takes in one condition. */
const VALUES_MAX = 100;

/** By panel: the dimensions it can show, the first one by default. */
export const panels: Record<Exclude<PanelName, 'properties'>, [Dimension, ...Dimension[]]> = {
  pages: ['page', 'entry_page', 'exit_page'],
  sources: ['source', 'channel', 'referrer', 'utm_source', 'utm_medium', 'utm_campaign', 'utm_content', 'utm_term'],
  places: ['country', 'region', 'city', 'language'],
  devices: ['browser', 'os', 'device'],
  events: ['event'],
};

/** Page views and engagement are no events that someone named. */
const custom: Condition = ['is_not', 'event', ['pageview', 'engagement']];

type Base = Pick<QuestionInput, 'site_id' | 'date_range' | 'filters'>;

function base({ site, range, filters }: State): Base {
  return { site_id: site, date_range: range, filters };
}

function included({ comparison }: State): QuestionInput['include'] {
  return comparison === 'none' ? { totals: true } : { totals: true, comparison };
}

/** The headline numbers, with those of the other period. */
export function headlineQuestion(state: State): QuestionInput {
  return { ...base(state), metrics: headlineMetrics, include: included(state) };
}

/** The graph. */
export function seriesQuestion(state: State, bucket: Bucket): QuestionInput {
  return {
    ...base(state),
    metrics: [state.metric],
    dimensions: [`time:${bucket}`],
    pagination: { limit: 10_000 },
    include: included(state),
  };
}

/** Which metric ranks a dimension. */
export function metricOf(dimension: Dimension): Metric {
  return isOfEvents(dimension) ? 'events' : 'visitors';
}

function isOfEvents(dimension: Dimension): boolean {
  return dimension === 'event' || dimension.startsWith('property:');
}

/** The first rows of a dimension, and how many there are. */
export function panelQuestion(state: State, dimension: Dimension): QuestionInput {
  return {
    ...base(state),
    metrics: isOfEvents(dimension) ? ['events', 'visitors'] : ['visitors'],
    dimensions: [dimension],
    filters: conditions(state, dimension),
    pagination: { limit: PANEL_ROWS },
    // Of visitors all is what the headline says.
    include: { total_rows: true, totals: isOfEvents(dimension) },
  };
}

function conditions({ filters }: State, dimension: Dimension): Condition[] {
  if (!isOfEvents(dimension)) return filters;
  // Events that do not carry the property say nothing about it.
  const carries: Condition[] = dimension === 'event' ? [] : [['is_not', dimension as Condition[1], ['']]];
  return [...filters, custom, ...carries];
}

/** The columns of a dimension's full list. */
export function detailMetrics(dimension: Dimension): Metric[] {
  if (isOfEvents(dimension)) return ['events', 'visitors'];
  if (dimension === 'page') return ['visitors', 'pageviews', 'bounce_rate', 'visit_duration'];
  return ['visitors', 'visits', 'bounce_rate', 'visit_duration'];
}

/** A page of a dimension's full list. */
export function detailQuestion(state: State, detail: Detail): QuestionInput {
  const { dimension, search, page, order } = detail;
  const metrics = detailMetrics(dimension);
  const found = conditions(state, dimension);
  return {
    ...base(state),
    metrics,
    dimensions: [dimension],
    filters: search === '' ? found : [...found, searchFor(dimension as Condition[1], search)],
    ...(order && metrics.includes(order[0]) ? { order_by: [order, [dimension, 'asc']] } : {}),
    pagination: { limit: DETAIL_ROWS, offset: page * DETAIL_ROWS },
    include: { total_rows: true },
  };
}

/** What a reader types is what a reader sees: the names of countries. */
function searchFor(dimension: Condition[1], text: string): Condition {
  if (dimension !== 'country') return ['contains', dimension, [text]];
  const codes = countriesNamed(text).slice(0, VALUES_MAX);
  return ['is', dimension, codes.length > 0 ? codes : [text]];
}

/** Whether anything was ever counted. */
export function anythingQuestion(site: string): QuestionInput {
  return { site_id: site, date_range: 'all', metrics: ['events', 'pageviews'] };
}

/** Whether there is anything new: custom events are not among the live visitors' pages. */
export function todayQuestion(site: string): QuestionInput {
  return { site_id: site, date_range: 'day', metrics: ['events'] };
}

/** What the start page's checks look at. */
export function checkQuestion(site: string): QuestionInput {
  return { site_id: site, date_range: '24h', metrics: ['events', 'pageviews', 'visitors'] };
}
