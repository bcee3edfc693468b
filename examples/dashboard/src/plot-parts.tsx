import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Metric } from '../../../core/question.ts';
import { formatMetric } from './format.ts';
import { plotBottom, plotHeight, plotLeft, plotTop } from './scale.ts';
import type { Frame, Place } from './scale.ts';

const FIRST_WIDTH = 640;
const WIDTH_MIN = 200;
const READOUT_WIDTH = 214;
const READOUT_GAP = 14;

/** The lines across, with their values beside them. */
export function Grid({ metric, width, frame }: { metric: Metric; width: number; frame: Frame }) {
  return (
    <g>
      {frame.ticks.map((tick) => (
        <g key={tick}>
          <line
            class={tick === 0 ? 'grid base' : 'grid'}
            x1={plotLeft}
            x2={width}
            y1={frame.yOf(tick)}
            y2={frame.yOf(tick)}
          />
          <text class="tick" x={plotLeft - 10} y={frame.yOf(tick) + 4} text-anchor="end">
            {formatMetric(metric, tick, 'short')}
          </text>
        </g>
      ))}
    </g>
  );
}

/** What marks the point that is looked at. */
export function Mark({ x, place, before }: { x: number; place: Place | undefined; before: Place | undefined }) {
  return (
    <g>
      <line class="cursor" x1={x} x2={x} y1={plotTop} y2={plotHeight - plotBottom} />
      {before && <circle class="dot-before" cx={before.x} cy={before.y} r="3.5" />}
      {place && <circle class="dot" cx={place.x} cy={place.y} r="5" />}
    </g>
  );
}

/** Placed by attributes, for the page allows no style in its markup. */
export function ReadoutPlace({ x, width, children }: { x: number; width: number; children: ComponentChildren }) {
  const right = x + READOUT_GAP + READOUT_WIDTH <= width;
  const left = right ? x + READOUT_GAP : Math.max(0, x - READOUT_GAP - READOUT_WIDTH);
  const kind = right ? 'readout-place' : 'readout-place left';
  return (
    <foreignObject class={kind} x={left} y={plotTop - 8} width={READOUT_WIDTH} height={plotHeight - plotTop}>
      {children}
    </foreignObject>
  );
}

/** The width there is, in CSS pixels, so that text is never stretched. */
export function useWidth() {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(FIRST_WIDTH);
  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const measure = (): void => setWidth(Math.max(WIDTH_MIN, element.clientWidth));
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, []);
  return [box, width] as const;
}
