import type { Metric } from '../../../core/question.ts';
import { useApp } from './context.ts';
import { formatChange, formatMetric, isBetter } from './format.ts';
import { Icon, paths } from './icons.tsx';
import { headlineMetrics } from './questions.ts';
import type { Asked } from './use-answer.ts';
import { metricNames } from './words.ts';

/** The big numbers; each chooses what the graph shows. */
export function Headline({ asked }: { asked: Asked }) {
  const { state, go } = useApp();
  const totals = asked.answer?.totals;
  return (
    <div class="headline" role="group" aria-label="Numbers of the period; each can be drawn" aria-busy={!asked.current}>
      {headlineMetrics.map((metric, index) => (
        <button
          key={metric}
          type="button"
          class="figure"
          aria-pressed={state.metric === metric}
          onClick={() => go({ metric }, 'replace')}
        >
          <span class="figure-name">{metricNames[metric]}</span>
          {totals ? (
            <Figure
              metric={metric}
              value={totals.metrics[index]}
              before={totals.comparison?.metrics[index]}
              change={totals.comparison?.change[index]}
            />
          ) : (
            <span class="figure-row">
              <span class="ghost ghost-figure" />
            </span>
          )}
        </button>
      ))}
    </div>
  );
}

interface FigureProps {
  metric: Metric;
  value: number | null | undefined;
  before: number | null | undefined;
  change: number | null | undefined;
}

function Figure({ metric, value, before, change }: FigureProps) {
  return (
    <span class="figure-row">
      <span class="figure-value" title={formatMetric(metric, value)}>
        {formatMetric(metric, value, 'short')}
      </span>
      {before !== undefined && <Change metric={metric} before={before} change={change} />}
    </span>
  );
}

function Change({ metric, before, change }: Omit<FigureProps, 'value'>) {
  if (change === null || change === undefined) return null;
  if (Math.abs(change) < 0.5) {
    return <span class="change">0%</span>;
  }
  const up = change > 0;
  return (
    <span
      class={isBetter(metric, change) ? 'change good' : 'change bad'}
      title={`${formatMetric(metric, before)} before`}
    >
      <Icon path={up ? paths.up : paths.down} />
      <span class="hidden">{up ? 'up' : 'down'} </span>
      {formatChange(change)}
    </span>
  );
}
