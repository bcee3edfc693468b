/** One event of a trace. Source: the Trace Event Format. */
export interface Traced {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  /** µs. */
  ts: number;
  dur?: number;
  /** µs of the CPU, of this thread: what other programs take of the machine is not in it. */
  tdur?: number;
  args?: { data?: { url?: string }; fileName?: string };
}

/** What has to be traced for it. */
export const traceCategories = ['devtools.timeline', 'v8.execute'];

/** Callbacks of promises, of which the trace does not say whose they are: the page has no other script. */
const MICROTASKS = 'RunMicrotasks';
/** Of the page, though a script that asks how high it is makes the browser do it at once. */
const LAYOUT = ['UpdateLayoutTree', 'Layout'];

/** ms of the CPU that a script takes of the main thread. */
export interface ScriptTime {
  /** Compiling it, running it, and whatever it is called back for. */
  own: number;
  /** The page's layout in the midst of that, because the script has asked for what depends on it. */
  layout: number;
}

/**
 * Reads that from a trace.
 *
 * @param afterLoadMs how long after the page's load what a script does still counts
 */
export function scriptTime(trace: Traced[], url: string, afterLoadMs: number): ScriptTime {
  const isOwn = ({ args }: Traced): boolean => args?.data?.url === url || args?.fileName === url;
  const evaluated = trace.find((one) => one.name === 'EvaluateScript' && isOwn(one));
  if (!evaluated) throw new Error(`${url} was not run`);
  const ofThread = trace.filter(
    ({ pid, tid, ts }) => pid === evaluated.pid && tid === evaluated.tid && ts >= evaluated.ts,
  );
  const loaded = ofThread.find(({ name }) => name === 'MarkLoad');
  if (!loaded) throw new Error(`the page with ${url} has not loaded`);
  const counting = ofThread.filter(({ ph, ts }) => ph === 'X' && ts <= loaded.ts + 1000 * afterLoadMs);
  const spans = outermost(counting.filter((one) => isOwn(one) || one.name === MICROTASKS));
  const layouts = outermost(counting.filter(({ name }) => LAYOUT.includes(name)));
  const asked = layouts.filter(({ ts }) => spans.some((span) => ts >= span.ts && ts < endOf(span)));
  return { own: sumMs(spans) - sumMs(asked), layout: sumMs(asked) };
}

/** Without those that lie within another. */
function outermost(all: Traced[]): Traced[] {
  let end = 0;
  return all
    .sort((a, b) => a.ts - b.ts || endOf(b) - endOf(a))
    .filter((one) => {
      const isOutside = one.ts >= end;
      end = Math.max(end, endOf(one));
      return isOutside;
    });
}

function endOf({ ts, dur = 0 }: Traced): number {
  return ts + dur;
}

function sumMs(spans: Traced[]): number {
  return spans.reduce((sum, { tdur = 0 }) => sum + tdur, 0) / 1000;
}
