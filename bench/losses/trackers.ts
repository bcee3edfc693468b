import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startFootfall } from '../../e2e/conformance/footfall-server.ts';
import type { Collector, Passed } from '../../e2e/conformance/road.ts';
import { PAGEVIEW } from '../../sdk/src/wire.ts';
import { openPanelScript, plausibleScript } from '../other-scripts.ts';

/** The name of the events that visits make, each with its number in the visit as `n`. */
const STEP = 'step';

/** Something that was counted, or was made: the same text for the same thing. */
export type Happened = string;

export function viewOf(path: string): Happened {
  return `${path} view`;
}

export function stepOf(path: string, n: number): Happened {
  return `${path} step ${n}`;
}

/** A tracker, as the visits of the experiment know it. */
export interface Tracker {
  /** What it is called in the table. */
  name: string;
  /** HTML by which a page includes it, given the address of its collector. */
  head(collector: string): Promise<string>;
  /** JavaScript that is true when it counts. */
  ready: string;
  /** JavaScript that counts the step `n`. */
  step(n: number): string;
  start(): Promise<Counter>;
}

/** What takes a tracker's events in. */
export interface Counter {
  /** Where the road from the browser leads. */
  collector: Collector;
  /** SIGKILL, and another in its place. */
  kill(): Promise<void>;
  /** All that was counted, as often as it was. */
  counted(): Promise<Happened[]>;
  end(): Promise<void>;
}

const SITE = 'shop.example';
const program = fileURLToPath(new URL('../../server/cli.ts', import.meta.url));

/** A recorder is away for as long as a Footfall that has to start anew. */
const RESTART_MS = 2000;

function footfall(storage: 'memory' | 'local'): Tracker {
  return {
    name: `\`${storage}\``,
    head: async (collector) =>
      `<script defer src="${collector}/s.js" data-site="${SITE}" data-storage="${storage}"></script>`,
    ready: 'typeof window.footfall === "function"',
    step: (n) => `void footfall('${STEP}', { n: ${n} })`,
    async start() {
      const server = await startFootfall(program, [SITE]);
      return {
        collector: server.collector,
        kill: server.kill,
        async counted() {
          await server.drained();
          return server.ledger.of(SITE).flatMap(({ name, path, props }) => {
            const n = props?.find(([prop]) => prop === 'n')?.[1];
            return happened({ name, path, n });
          });
        },
        end: server.end,
      };
    },
  };
}

/** What one request to a recorder says, as it is in the tracker's own form. */
type Read = (body: string) => { name: string; path: string; n: unknown };

function recorded(
  name: string,
  tracker: Pick<Tracker, 'ready' | 'step'>,
  code: (collector: string) => Promise<string>,
  read: Read,
): Tracker {
  return {
    name,
    ...tracker,
    head: async (collector) =>
      `<script defer src="data:text/javascript;base64,${Buffer.from(await code(collector)).toString('base64')}"></script>`,
    async start() {
      const taken: Passed[] = [];
      let isAway = false;
      return {
        async collector(request) {
          if (isAway) return undefined;
          if (request.method === 'POST') taken.push(request);
          const headers = {
            'access-control-allow-origin': '*',
            'access-control-allow-headers': '*',
            'content-type': 'application/json',
          };
          return { status: 202, headers, body: '{}' };
        },
        async kill() {
          isAway = true;
          await pause(RESTART_MS);
          isAway = false;
        },
        counted: async () => taken.flatMap(({ body }) => happened(read(body))),
        end: async () => {},
      };
    },
  };
}

function happened({ name, path, n }: { name: string; path: string; n: unknown }): Happened[] {
  if (name === PAGEVIEW) return [viewOf(path)];
  return name === STEP ? [stepOf(path, Number(n))] : [];
}

/** Plausible's form. */
interface PlausibleBody {
  n: string;
  u: string;
  p?: { n?: number };
}

/** OpenPanel's form. */
interface OpenPanelBody {
  payload: { name: string; properties: { __path: string; n?: number } };
}

export const trackers: Record<string, Tracker> = {
  memory: footfall('memory'),
  local: footfall('local'),
  plausible: recorded(
    'Plausible',
    {
      ready: 'typeof window.plausible === "function"',
      step: (n) => `plausible('${STEP}', { props: { n: ${n} } })`,
    },
    (collector) => plausibleScript(`${collector}/api/event`),
    (body) => {
      const { n: name, u: url, p } = JSON.parse(body) as PlausibleBody;
      return { name, path: new URL(url).pathname, n: p?.n };
    },
  ),
  openpanel: recorded(
    'OpenPanel',
    {
      ready: 'typeof window.op === "object"',
      step: (n) => `void op.track('${STEP}', { n: ${n} })`,
    },
    openPanelScript,
    (body) => {
      const { name, properties } = (JSON.parse(body) as OpenPanelBody).payload;
      const { __path: url, n } = properties;
      return { name: name === 'screen_view' ? PAGEVIEW : name, path: new URL(url).pathname, n };
    },
  ),
};
