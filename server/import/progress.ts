import type { Source } from './source.ts';
import type { Tally } from './tally.ts';

/** A line that is written over again and again, on a terminal; nothing elsewhere. */
export interface Progress {
  /** What is read now. */
  show(name: string, source: Source, tally: Tally): void;
  /** Takes the line away. */
  end(): void;
}

const SHOW_MS = 200;
const BAR_CHARS = 24;

/** @param stream standard error, so that it does not get into what a program reads */
export function progress(stream: NodeJS.WriteStream): Progress {
  if (!stream.isTTY) return { show: () => {}, end: () => {} };
  let timer: ReturnType<typeof setInterval> | undefined;
  const clear = () => stream.write('\r\x1b[K');
  return {
    show(name, source, tally) {
      clearInterval(timer);
      const began = performance.now();
      timer = setInterval(() => {
        clear();
        stream.write(
          progressLine(name, source, tally, (performance.now() - began) / 1000).slice(0, stream.columns - 1),
        );
      }, SHOW_MS).unref();
    },
    end() {
      clearInterval(timer);
      clear();
    },
  };
}

/**
 * How far it is, how fast, and for how long still.
 *
 * @example
 * progressLine('access.log', source, tally, 3);
 * // 'access.log  [#####···················]  21 %  120,000 lines  40,000/s  11 s left'
 */
export function progressLine(
  name: string,
  { size, read }: Pick<Source, 'size' | 'read'>,
  { lines, before }: Pick<Tally, 'lines' | 'before'>,
  seconds: number,
): string {
  const number = (value: number) => Math.round(value).toLocaleString('en');
  const rate = `${number(before + lines)} lines  ${number((before + lines) / Math.max(seconds, 0.001))}/s`;
  if (size === undefined) return `${name}  ${rate}`;
  const share = size === 0 ? 1 : Math.min(1, read() / size);
  const done = Math.round(share * BAR_CHARS);
  const bar = `[${'#'.repeat(done)}${'·'.repeat(BAR_CHARS - done)}]`;
  const left = share === 0 ? '' : `  ${duration((seconds / share) * (1 - share))} left`;
  return `${name}  ${bar}  ${Math.floor(share * 100)} %  ${rate}${left}`;
}

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  if (seconds < 90 * 60) return `${Math.ceil(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}
