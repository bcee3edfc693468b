import type { Metric } from '../../../core/question.ts';
import { formatBucket, formatChange, formatMetric } from './format.ts';
import type { Point } from './series.ts';
import type { Bucket } from './state.ts';
import { metricNames } from './words.ts';

const bucketNames: Record<Bucket, string> = { hour: 'Hour', day: 'Day', week: 'Week', month: 'Month' };

/** What the graph draws, as numbers. */
export function SeriesTable({ metric, bucket, points }: { metric: Metric; bucket: Bucket; points: Point[] }) {
  const compared = points.some(({ before }) => before !== undefined);
  return (
    <div class="table-place" tabIndex={0} role="region" aria-label={`${metricNames[metric]} as a table`}>
      <table>
        <thead>
          <tr>
            <th scope="col">{bucketNames[bucket]}</th>
            <th scope="col" class="right">
              {metricNames[metric]}
            </th>
            {compared && (
              <>
                <th scope="col" class="right">
                  Before
                </th>
                <th scope="col" class="right">
                  Change
                </th>
              </>
            )}
          </tr>
        </thead>
        <tbody>
          {points
            .filter(({ state }) => state !== 'coming')
            .map(({ start, value, before, state }) => (
              <tr key={start}>
                <th scope="row">
                  {formatBucket(bucket, start)}
                  {state === 'running' && <span class="faint"> so far</span>}
                </th>
                <td class="right">{formatMetric(metric, value)}</td>
                {compared && (
                  <>
                    <td class="right">{formatMetric(metric, before)}</td>
                    <td class="right">{changeOf(value, before)}</td>
                  </>
                )}
              </tr>
            ))}
        </tbody>
      </table>
    </div>
  );
}

function changeOf(value: number | null, before: number | null | undefined): string {
  if (value === null || !before) return '–';
  const change = (100 * (value - before)) / before;
  return `${change < 0 ? '−' : '+'}${formatChange(change)}`;
}
