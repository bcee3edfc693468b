import type { Condition, DateRange, Dimension, Metric } from '../../../core/question.ts';
import { locale } from './locale.ts';

/** The words the page uses for what the API names. Types see to it that none is missing. */

export type NamedRange = Extract<DateRange, string>;
export type Operator = Condition[0];
export type Filterable = Condition[1];
type FixedDimension = Exclude<Filterable, `property:${string}`>;

export const metricNames: Record<Metric, string> = {
  visitors: 'Visitors',
  visits: 'Visits',
  pageviews: 'Page views',
  events: 'Events',
  views_per_visit: 'Views per visit',
  bounce_rate: 'Bounce rate',
  visit_duration: 'Visit duration',
  engaged_time: 'Engaged time',
};

export const rangeNames: Record<NamedRange, string> = {
  day: 'Today',
  '24h': 'Last 24 hours',
  '7d': 'Last 7 days',
  '28d': 'Last 28 days',
  '30d': 'Last 30 days',
  '91d': 'Last 91 days',
  month: 'This month',
  '6mo': 'Last 6 months',
  '12mo': 'Last 12 months',
  year: 'This year',
  all: 'All time',
};

export const operatorNames: Record<Operator, string> = {
  is: 'is',
  is_not: 'is not',
  contains: 'contains',
  contains_not: 'does not contain',
  matches: 'matches',
  matches_not: 'does not match',
};

/** One of them, several of them, and what stands where there is none. */
const dimensionWords: Record<FixedDimension, [one: string, many: string, none: string]> = {
  page: ['Page', 'Pages', 'No page'],
  entry_page: ['Entry page', 'Entry pages', 'No page'],
  exit_page: ['Exit page', 'Exit pages', 'No page'],
  hostname: ['Host', 'Hosts', 'Unknown'],
  event: ['Event', 'Events', 'Unnamed'],
  source: ['Source', 'Sources', 'Direct or none'],
  channel: ['Channel', 'Channels', 'Direct'],
  referrer: ['Referrer', 'Referrers', 'Direct or none'],
  utm_source: ['Campaign source', 'Campaign sources', 'Not set'],
  utm_medium: ['Campaign medium', 'Campaign mediums', 'Not set'],
  utm_campaign: ['Campaign', 'Campaigns', 'Not set'],
  utm_content: ['Campaign content', 'Campaign contents', 'Not set'],
  utm_term: ['Campaign term', 'Campaign terms', 'Not set'],
  country: ['Country', 'Countries', 'Unknown'],
  region: ['Region', 'Regions', 'Unknown'],
  city: ['City', 'Cities', 'Unknown'],
  language: ['Language', 'Languages', 'Unknown'],
  browser: ['Browser', 'Browsers', 'Unknown'],
  browser_version: ['Browser version', 'Browser versions', 'Unknown'],
  os: ['System', 'Systems', 'Unknown'],
  os_version: ['System version', 'System versions', 'Unknown'],
  device: ['Device type', 'Device types', 'Unknown'],
};

export const fixedDimensions = Object.keys(dimensionWords) as FixedDimension[];

const PROPERTY = 'property:';

export function isFilterable(name: string): name is Filterable {
  return Object.hasOwn(dimensionWords, name) || (name.startsWith(PROPERTY) && name.length > PROPERTY.length);
}

function wordsOf(dimension: Dimension): [string, string, string] {
  if (dimension.startsWith(PROPERTY)) {
    const name = dimension.slice(PROPERTY.length);
    return [name, name, 'Not set'];
  }
  return dimensionWords[dimension as FixedDimension] ?? [dimension, dimension, ''];
}

export const nameOf = (dimension: Dimension): string => wordsOf(dimension)[0];
const tabNames: Partial<Record<Dimension, string>> = { entry_page: 'Entry', exit_page: 'Exit', device: 'Types' };

/** Where space is short and what stands around it says the rest. */
export const tabNameOf = (dimension: Dimension): string => tabNames[dimension] ?? namesOf(dimension);

export const namesOf = (dimension: Dimension): string => wordsOf(dimension)[1];

/** A dimension's value as people read it: `DE` is Germany, an empty one says what is missing. */
export function valueName(dimension: Dimension, value: string): string {
  if (value === '') return wordsOf(dimension)[2];
  if (dimension === 'country') return displayName('region', value);
  if (dimension === 'language') return displayName('language', value);
  if (dimension === 'device') return value === 'tv' ? 'TV' : value.charAt(0).toUpperCase() + value.slice(1);
  return value;
}

const displayNames = new Map<string, Intl.DisplayNames>();

/** The code itself where it is none. */
function displayName(type: 'region' | 'language', code: string): string {
  let names = displayNames.get(type);
  if (!names) {
    names = new Intl.DisplayNames(locale, { type, fallback: 'code' });
    displayNames.set(type, names);
  }
  try {
    return names.of(code) ?? code;
  } catch {
    return code;
  }
}

/** The countries whose name contains a text, as codes: the API knows only those. */
export function countriesNamed(text: string): string[] {
  const wanted = text.toLocaleLowerCase();
  return allCodes().filter(
    (code) => code.toLowerCase() === wanted || displayName('region', code).toLocaleLowerCase().includes(wanted),
  );
}

/** All codes that could be a country's; those that are none are their own name. */
function allCodes(): string[] {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'.split('');
  return letters
    .flatMap((first) => letters.map((second) => first + second))
    .filter((code) => displayName('region', code) !== code);
}
