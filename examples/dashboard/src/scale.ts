import type { Metric } from '../../../core/question.ts';
import type { Point } from './series.ts';

/** Where the lines of the graph are. */
export interface Scale {
  /** Values of the horizontal lines, from 0 up. */
  ticks: number[];
  max: number;
}

const LINES = 4;
/** Steps that read well on a clock, in seconds. */
const SECONDS = [1, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600];
const STEPS = [1, 2, 2.5, 5, 10];

/**
 * Round values for the lines of a graph that reaches up to `highest`.
 *
 * @example
 * scaleOf('visitors', 873).ticks; // [0, 250, 500, 750, 1000]
 */
export function scaleOf(metric: Metric, highest: number): Scale {
  const least = leastStep(metric);
  const wanted = Math.max(highest, least) / LINES;
  const step =
    metric === 'visit_duration' || metric === 'engaged_time' ? secondsStep(wanted) : roundStep(wanted, least);
  const count = Math.max(1, Math.ceil(highest / step));
  return { ticks: Array.from({ length: count + 1 }, (_, index) => index * step), max: count * step };
}

/** Nothing is between two visitors. */
function leastStep(metric: Metric): number {
  if (metric === 'views_per_visit') return 0.5;
  return metric === 'bounce_rate' ? 5 : 1;
}

function roundStep(wanted: number, least: number): number {
  if (wanted <= least) return least;
  const power = 10 ** Math.floor(Math.log10(wanted));
  const step = power * (STEPS.find((one) => one * power >= wanted) ?? 10);
  return least === 1 && !Number.isInteger(step) ? Math.ceil(step) : step;
}

function secondsStep(wanted: number): number {
  return SECONDS.find((one) => one >= wanted) ?? Math.ceil(wanted / 3600) * 3600;
}

/** In CSS pixels: the drawing's height, and what is left free around the lines. */
export const plotHeight = 280;
export const plotTop = 14;
export const plotBottom = 28;
export const plotLeft = 46;
const plotRight = 22;

/** Where values and points are in the drawing. */
export interface Frame extends Scale {
  xOf(index: number): number;
  yOf(value: number): number;
  /** The point that is nearest to a place. */
  indexAt(x: number): number;
}

export function frameOf(metric: Metric, points: Point[], width: number): Frame {
  const values = points.flatMap(({ value, before }) => [value ?? 0, before ?? 0]);
  const scale = scaleOf(metric, Math.max(0, ...values));
  const last = points.length - 1;
  const room = Math.max(1, width - plotLeft - plotRight);
  return {
    ...scale,
    xOf: (index) => plotLeft + (last < 1 ? room / 2 : (index / last) * room),
    yOf: (value) => plotTop + (1 - value / scale.max) * (plotHeight - plotTop - plotBottom),
    indexAt: (x) => Math.min(last, Math.max(0, Math.round(((x - plotLeft) / room) * last))),
  };
}

export interface Place {
  x: number;
  y: number;
}

/** The path of a line; a gap where there is no value. */
export function lineOf(places: (Place | undefined)[]): string {
  let path = '';
  let pen = false;
  for (const place of places) {
    if (place) path += `${pen ? 'L' : 'M'}${round(place.x)} ${round(place.y)}`;
    pen = place !== undefined;
  }
  return path;
}

/** The path of what is under a line. */
export function areaOf(all: (Place | undefined)[], bottom: number): string {
  const places = all.filter((place) => place !== undefined);
  const [first] = places;
  const last = places.at(-1);
  if (!first || !last) return '';
  return `${lineOf(places)}L${round(last.x)} ${bottom}L${round(first.x)} ${bottom}Z`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Every how many points a label has room. */
export function labelStep(points: number, width: number, labelWidth: number): number {
  return Math.max(1, Math.ceil(points / Math.max(1, Math.floor(width / labelWidth))));
}
