import type { Answer, Metric } from '../../../core/question.ts';
import { useApp } from './context.ts';
import { formatDates } from './format.ts';
import { datesOf } from './ranges.ts';
import { SeriesTable } from './series-table.tsx';
import { pointsOf } from './series.ts';
import { Slider } from './slider.tsx';
import type { Bucket } from './state.ts';
import type { Asked } from './use-answer.ts';
import { metricNames } from './words.ts';

/** One metric over time, as a graph or as a table. */
export function Graph({ asked, buckets }: { asked: Asked; buckets: Bucket[] }) {
  const { state } = useApp();
  const { answer, question } = asked;
  const metric = question?.metrics[0] ?? state.metric;
  const bucket = (answer?.meta.bucket ?? buckets[0] ?? 'day') as Bucket;
  const points = answer ? pointsOf(answer) : [];
  const nothing = answer !== undefined && points.every(({ value, before }) => !value && !before);
  return (
    <div class="graph" aria-busy={!asked.current}>
      <GraphTools metric={metric} bucket={bucket} buckets={buckets} meta={answer?.meta} />
      {!answer && <div class="ghost ghost-graph" />}
      {answer && state.table && <SeriesTable metric={metric} bucket={bucket} points={points} />}
      {answer && !state.table && <Slider metric={metric} bucket={bucket} points={points} key={`${metric}${bucket}`} />}
      {nothing && !state.table && <p class="graph-empty">Nothing was counted in this period.</p>}
    </div>
  );
}

interface ToolsProps {
  metric: Metric;
  bucket: Bucket;
  buckets: Bucket[];
  meta: Answer['meta'] | undefined;
}

const bucketNames: Record<Bucket, string> = { hour: 'Hours', day: 'Days', week: 'Weeks', month: 'Months' };

function GraphTools({ metric, bucket, buckets, meta }: ToolsProps) {
  const { state, go } = useApp();
  const before = meta?.comparison_date_range;
  return (
    <div class="graph-tools">
      <h2 class="graph-title">{metricNames[metric]}</h2>
      {meta && (
        <ul class="legend">
          <li class="legend-now">{formatDates(...datesOf(meta.date_range))}</li>
          {before && <li class="legend-before">{formatDates(...datesOf(before))}</li>}
        </ul>
      )}
      <div class="graph-choices">
        {buckets.length > 1 && (
          <label>
            <span class="hidden">Drawn by</span>
            <select value={bucket} onChange={(event) => go({ bucket: event.currentTarget.value as Bucket }, 'replace')}>
              {buckets.map((one) => (
                <option key={one} value={one}>
                  {bucketNames[one]}
                </option>
              ))}
            </select>
          </label>
        )}
        <button
          type="button"
          class="button plain"
          aria-pressed={state.table}
          onClick={() => go({ table: !state.table }, 'replace')}
        >
          Table
        </button>
      </div>
    </div>
  );
}
