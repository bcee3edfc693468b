import type { ComponentChildren, TargetedMouseEvent } from 'preact';
import type { Metric } from '../../../core/question.ts';
import { formatTick } from './format.ts';
import { Grid, Mark, ReadoutPlace, useWidth } from './plot-parts.tsx';
import { areaOf, frameOf, labelStep, lineOf, plotHeight } from './scale.ts';
import type { Place } from './scale.ts';
import type { Point } from './series.ts';
import type { Bucket } from './state.ts';

const LABEL_WIDTH = 74;

interface PlotProps {
  metric: Metric;
  bucket: Bucket;
  points: Point[];
  /** Which point is looked at. */
  active: number | undefined;
  /** The point under the pointer; undefined: none. */
  onPoint: (index: number | undefined) => void;
  /** A click. */
  onPick: (index: number) => void;
  /** Beside the point that is looked at. */
  readout: ComponentChildren;
}

/** The drawing alone. What it says is also in words (the slider around it) and in a table. */
export function Plot({ metric, bucket, points, active, onPoint, onPick, readout }: PlotProps) {
  const [box, width] = useWidth();
  const frame = frameOf(metric, points, width);
  const { xOf, yOf } = frame;
  const placeOf = (value: number | null | undefined, index: number): Place | undefined =>
    value === null || value === undefined ? undefined : { x: xOf(index), y: yOf(value) };

  function indexAt(event: TargetedMouseEvent<SVGSVGElement>): number {
    return frame.indexAt(event.clientX - event.currentTarget.getBoundingClientRect().left);
  }

  const begun = points.filter(({ state }) => state !== 'coming');
  const places = begun.map(({ value }, index) => placeOf(value, index));
  const isRunning = begun.at(-1)?.state === 'running';
  const whole = isRunning ? places.slice(0, -1) : places;
  const step = labelStep(points.length, width, LABEL_WIDTH);

  return (
    <div class="plot" ref={box}>
      <svg
        width={width}
        height={plotHeight}
        aria-hidden="true"
        onPointerMove={(event) => onPoint(indexAt(event))}
        onPointerLeave={() => onPoint(undefined)}
        onClick={(event) => onPick(indexAt(event))}
      >
        <Grid metric={metric} width={width} frame={frame} />
        {points.map(({ start }, index) =>
          index % step === 0 ? (
            <text key={start} class="tick" x={xOf(index)} y={plotHeight - 8} text-anchor="middle">
              {formatTick(bucket, start)}
            </text>
          ) : null,
        )}
        <path class="area" d={areaOf(whole, yOf(0))} />
        <path class="line-before" d={lineOf(points.map(({ before }, index) => placeOf(before, index)))} />
        <path class="line" d={lineOf(whole)} />
        {isRunning && <path class="line running" d={lineOf(places.slice(-2))} />}
        {places.length === 1 && places[0] && <circle class="dot" cx={places[0].x} cy={places[0].y} r="4" />}
        {active !== undefined && (
          <>
            <Mark x={xOf(active)} place={places[active]} before={placeOf(points[active]?.before, active)} />
            <ReadoutPlace x={xOf(active)} width={width}>
              {readout}
            </ReadoutPlace>
          </>
        )}
      </svg>
    </div>
  );
}
