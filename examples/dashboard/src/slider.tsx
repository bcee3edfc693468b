import type { TargetedKeyboardEvent } from 'preact';
import { useState } from 'preact/hooks';
import type { Metric } from '../../../core/question.ts';
import { useApp } from './context.ts';
import { Plot } from './plot.tsx';
import { Reading, readingOf } from './reading.tsx';
import type { Point } from './series.ts';
import type { Bucket } from './state.ts';
import { metricNames } from './words.ts';

interface SliderProps {
  metric: Metric;
  bucket: Bucket;
  points: Point[];
}

/** The graph as a slider over its points: arrow keys move along, and each point is read out. */
export function Slider({ metric, bucket, points }: SliderProps) {
  const { go } = useApp();
  const [active, setActive] = useState<number>();
  const [focused, setFocused] = useState(false);
  const last = points.length - 1;
  const shown = active === undefined ? undefined : Math.min(active, last);
  const point = points[shown ?? -1];

  function open(index: number): void {
    const range = rangeOfBucket(bucket, points[index]?.start);
    if (range) go({ range, bucket: undefined });
  }

  function move(event: TargetedKeyboardEvent<HTMLDivElement>): void {
    const now = shown ?? last;
    const steps: Record<string, number> = {
      ArrowLeft: now - 1,
      ArrowDown: now - 1,
      ArrowRight: now + 1,
      ArrowUp: now + 1,
      Home: 0,
      End: last,
      PageUp: now - 7,
      PageDown: now + 7,
    };
    const to = steps[event.key];
    if (event.key === 'Enter') open(now);
    if (event.key === 'Escape') setActive(undefined);
    if (to === undefined) return;
    event.preventDefault();
    setActive(Math.min(last, Math.max(0, to)));
  }

  return (
    <div
      class="slider"
      role="slider"
      tabIndex={0}
      aria-label={`${metricNames[metric]} over time: arrow keys move from point to point`}
      aria-valuemin={1}
      aria-valuemax={Math.max(1, points.length)}
      aria-valuenow={(shown ?? last) + 1}
      aria-valuetext={readingOf(metric, bucket, points[shown ?? last])}
      onKeyDown={move}
      onFocus={(event) => {
        // Only a focus that came by the keyboard marks a point: the pointer has its own.
        if (!event.currentTarget.matches(':focus-visible')) return;
        setFocused(true);
        setActive((before) => before ?? last);
      }}
      onBlur={() => {
        setFocused(false);
        setActive(undefined);
      }}
    >
      <Plot
        metric={metric}
        bucket={bucket}
        points={points}
        active={shown}
        onPoint={(index) => (index === undefined && focused ? undefined : setActive(index))}
        onPick={open}
        readout={point && <Reading metric={metric} bucket={bucket} point={point} />}
      />
    </div>
  );
}

/** The days of a bucket, to look at it more closely. */
function rangeOfBucket(bucket: Bucket, start: string | undefined): [string, string] | undefined {
  if (start === undefined || bucket === 'hour') return undefined;
  const end = new Date(`${start.slice(0, 10)}T00:00:00Z`);
  if (bucket === 'week') end.setUTCDate(end.getUTCDate() + 6);
  if (bucket === 'month') end.setUTCMonth(end.getUTCMonth() + 1, 0);
  return [start.slice(0, 10), end.toISOString().slice(0, 10)];
}
