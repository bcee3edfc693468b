import type { Condition, DateRange, Dimension, Metric } from '../../../core/question.ts';
import { isFilterable, metricNames, operatorNames, rangeNames } from './words.ts';
import type { NamedRange, Operator } from './words.ts';

/** All that the page shows, as it stands in the address. What has its default is left out there. */
export interface State {
  /** Empty: the first site. */
  site: string;
  range: DateRange;
  comparison: Comparison;
  bucket: Bucket | undefined;
  metric: Metric;
  filters: Condition[];
  /** By panel: which dimension it shows. */
  tabs: Partial<Record<PanelName, Dimension>>;
  /** The graph as a table. */
  table: boolean;
  /** Whether it is shown what was not counted. */
  refused: boolean;
  detail: Detail | undefined;
  /** The start page. */
  welcome: boolean;
  /** The demo site beside the dashboard. */
  demo: boolean;
}

export type Comparison = 'previous_period' | 'year_before' | 'none' | [string, string];
export type Bucket = 'hour' | 'day' | 'week' | 'month';
export type PanelName = 'pages' | 'sources' | 'places' | 'devices' | 'events' | 'properties';

/** The full list of a dimension. */
export interface Detail {
  dimension: Dimension;
  search: string;
  /** From 0. */
  page: number;
  order: [Metric, 'asc' | 'desc'] | undefined;
}

export const DEFAULT_RANGE: NamedRange = '28d';
const panelNames: PanelName[] = ['pages', 'sources', 'places', 'devices', 'events', 'properties'];
const buckets: Bucket[] = ['hour', 'day', 'week', 'month'];
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const FILTERS_MAX = 20;

/**
 * The state that an address says. What it does not understand it leaves at the default: an address may be old, or typed.
 *
 * @param search `location.search`
 */
export function parse(search: string): State {
  const parameters = new URLSearchParams(search);
  const text = (name: string): string => parameters.get(name) ?? '';
  const metric = text('metric');
  return {
    site: text('site'),
    range: rangeOf(text('range')),
    comparison: comparisonOf(text('compare')),
    bucket: buckets.find((bucket) => bucket === text('by')),
    metric: isMetric(metric) ? metric : 'visitors',
    filters: parameters.getAll('f').slice(0, FILTERS_MAX).flatMap(conditionOf),
    tabs: Object.fromEntries(panelNames.flatMap((name) => (isFilterable(text(name)) ? [[name, text(name)]] : []))),
    table: text('show') === 'table',
    refused: parameters.has('refused'),
    detail: detailOf(parameters),
    welcome: parameters.has('welcome'),
    demo: parameters.has('demo'),
  };
}

/** The address of a state, as `?…`; the reverse of `parse`. */
export function format(state: State): string {
  const parameters = new URLSearchParams();
  const put = (name: string, value: string, byDefault = ''): void => {
    if (value !== byDefault) parameters.append(name, value);
  };
  if (state.welcome) put('welcome', '1');
  if (state.demo) put('demo', '1');
  put('site', state.site);
  put('range', typeof state.range === 'string' ? state.range : state.range.join('..'), DEFAULT_RANGE);
  put(
    'compare',
    typeof state.comparison === 'string' ? state.comparison : state.comparison.join('..'),
    'previous_period',
  );
  put('by', state.bucket ?? '');
  put('metric', state.metric, 'visitors');
  for (const condition of state.filters) put('f', textOf(condition));
  for (const name of panelNames) put(name, state.tabs[name] ?? '');
  if (state.table) put('show', 'table');
  if (state.refused) put('refused', '1');
  if (state.detail) {
    const { dimension, search, page, order } = state.detail;
    put('detail', dimension);
    put('q', search);
    put('p', String(page + 1), '1');
    if (order) put('sort', order.join('-'));
  }
  return `?${parameters.toString()}`;
}

function rangeOf(text: string): DateRange {
  if (Object.hasOwn(rangeNames, text)) return text as NamedRange;
  return datesOf(text) ?? DEFAULT_RANGE;
}

function comparisonOf(text: string): Comparison {
  if (text === 'year_before' || text === 'none') return text;
  return datesOf(text) ?? 'previous_period';
}

function datesOf(text: string): [string, string] | undefined {
  const [from = '', to = '', more] = text.split('..');
  return DATE.test(from) && DATE.test(to) && more === undefined && from <= to ? [from, to] : undefined;
}

function isMetric(text: string): text is Metric {
  return Object.hasOwn(metricNames, text);
}

/** `is~page~/pricing~/about`: the operator, the dimension, the values. */
function textOf([operator, dimension, values]: Condition): string {
  return [operator, dimension, ...values].map((part) => part.replaceAll('%', '%25').replaceAll('~', '%7E')).join('~');
}

function conditionOf(text: string): Condition[] {
  const [operator = '', dimension = '', ...values] = text
    .split('~')
    .map((part) => part.replaceAll('%7E', '~').replaceAll('%25', '%'));
  if (!Object.hasOwn(operatorNames, operator) || !isFilterable(dimension) || values.length === 0) return [];
  return [[operator as Operator, dimension, values]];
}

function detailOf(parameters: URLSearchParams): Detail | undefined {
  const dimension = parameters.get('detail') ?? '';
  if (!isFilterable(dimension)) return undefined;
  const [metric = '', direction] = (parameters.get('sort') ?? '').split('-');
  const page = Number(parameters.get('p') ?? 1);
  return {
    dimension,
    search: parameters.get('q') ?? '',
    page: Number.isInteger(page) && page >= 1 && page <= 1_000_000 ? page - 1 : 0,
    order: isMetric(metric) ? [metric, direction === 'asc' ? 'asc' : 'desc'] : undefined,
  };
}
