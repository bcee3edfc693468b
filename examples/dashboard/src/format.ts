import type { Metric } from '../../../core/question.ts';
import { locale } from './locale.ts';
import type { Bucket } from './state.ts';

/** Numbers and dates as the reader's language writes them. */

const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 });
const decimal = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 });
const minutes = new Intl.NumberFormat(locale, { style: 'unit', unit: 'minute', unitDisplay: 'narrow' });
const seconds = new Intl.NumberFormat(locale, {
  style: 'unit',
  unit: 'second',
  unitDisplay: 'narrow',
  maximumFractionDigits: 0,
});
const SHORT_FROM = 10_000;

/** A whole number in full, such as `12,345`. */
export function formatCount(value: number): string {
  return whole.format(value);
}

/** A metric's value: `12.3K` and `2m 5s` where space is short, in full else. A dash where there is none. */
export function formatMetric(
  metric: Metric,
  value: number | null | undefined,
  style: 'short' | 'full' = 'full',
): string {
  if (value === null || value === undefined) return '–';
  if (metric === 'bounce_rate') return percent.format(value / 100);
  if (metric === 'views_per_visit') return decimal.format(value);
  if (metric === 'visit_duration' || metric === 'engaged_time') return formatSeconds(value);
  return style === 'short' && value >= SHORT_FROM ? short.format(value) : whole.format(value);
}

function formatSeconds(value: number): string {
  const rounded = Math.round(value);
  if (rounded < 60) return seconds.format(rounded);
  const rest = rounded % 60;
  const started = minutes.format(Math.floor(rounded / 60));
  return rest === 0 ? started : `${started} ${seconds.format(rest)}`;
}

/** A share of 0 to 1: `12%`, and `<1%` rather than nothing. */
export function formatShare(share: number): string {
  return share > 0 && share < 0.005 ? `<${percent.format(0.01)}` : percent.format(share);
}

/** A change in percent, without its sign: an arrow shows that. */
export function formatChange(change: number): string {
  const size = Math.abs(change);
  return size >= 1000 ? `${whole.format(size / 100)}×` : percent.format(size / 100);
}

/** Whether more of a metric is better: a bounce rate that falls is good. */
export function isBetter(metric: Metric, change: number): boolean {
  return metric === 'bounce_rate' ? change < 0 : change > 0;
}

/** A local time of the site, such as `2026-11-22T14:00:00`; the zone is the site's, so it must not be converted. */
function local(text: string): Date {
  return new Date(`${text.length === 10 ? `${text}T00:00:00` : text.slice(0, 19)}Z`);
}

const formats = new Map<string, Intl.DateTimeFormat>();

function dateFormat(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = JSON.stringify(options);
  let format = formats.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat(locale, { timeZone: 'UTC', ...options });
    formats.set(key, format);
  }
  return format;
}

const axis: Record<Bucket, Intl.DateTimeFormatOptions> = {
  hour: { hour: 'numeric' },
  day: { day: 'numeric', month: 'short' },
  week: { day: 'numeric', month: 'short' },
  month: { month: 'short' },
};
const full: Record<Bucket, Intl.DateTimeFormatOptions> = {
  hour: { weekday: 'short', day: 'numeric', month: 'short', hour: 'numeric', minute: '2-digit' },
  day: { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' },
  week: { day: 'numeric', month: 'short', year: 'numeric' },
  month: { month: 'long', year: 'numeric' },
};

/** Under the graph. */
export function formatTick(bucket: Bucket, start: string): string {
  return dateFormat(axis[bucket]).format(local(start));
}

/** In the readout and the table. */
export function formatBucket(bucket: Bucket, start: string): string {
  const text = dateFormat(full[bucket]).format(local(start));
  return bucket === 'week' ? `Week of ${text}` : text;
}

/** Two dates, both included: `1 – 28 Nov 2026`. */
export function formatDates(from: string, to: string): string {
  const options: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'short', year: 'numeric' };
  return dateFormat(options).formatRange(local(from), local(to));
}

/** A UTC instant as a time of the reader's own clock. */
export function formatClock(instant: number): string {
  return new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit', second: '2-digit' }).format(instant);
}

const moment = new Intl.DateTimeFormat(locale, { ...axis.day, hour: 'numeric', minute: '2-digit' });

/** A UTC instant as a day and time of the reader's own clock: `Nov 22, 2:00 PM`. */
export function formatMoment(instant: string): string {
  return moment.format(Date.parse(instant));
}
