import type { Metric } from '../../../core/question.ts';
import { formatBucket, formatChange, formatMetric } from './format.ts';
import type { Point } from './series.ts';
import type { Bucket } from './state.ts';

/** What a point says, beside it. */
export function Reading({ metric, bucket, point }: { metric: Metric; bucket: Bucket; point: Point }) {
  const { value, before, state } = point;
  return (
    <div class="readout">
      <span class="faint">{formatBucket(bucket, point.start)}</span>
      <span class="readout-value">
        {state === 'coming' ? '–' : formatMetric(metric, value)}
        {state === 'running' && <span class="faint"> so far</span>}
      </span>
      {before !== undefined && <span class="faint">{formatMetric(metric, before)} before</span>}
    </div>
  );
}

/** The same in one sentence. */
export function readingOf(metric: Metric, bucket: Bucket, point: Point | undefined): string {
  if (!point) return 'Nothing';
  const { value, before, state } = point;
  const words = [
    `${formatBucket(bucket, point.start)}: ${formatMetric(metric, value)}${state === 'running' ? ' so far' : ''}`,
  ];
  if (before !== undefined) {
    words.push(`${formatMetric(metric, before)} before`);
    if (value !== null && before) {
      const change = (100 * (value - before)) / before;
      words.push(`${change < 0 ? 'down' : 'up'} ${formatChange(change)}`);
    }
  }
  return words.join(', ');
}
