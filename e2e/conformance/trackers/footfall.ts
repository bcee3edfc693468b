import { readFileSync } from 'node:fs';
import type { StoredEvent } from '../../../core/ports.ts';
import type { WireBatch, WireEvent } from '../../../sdk/src/wire.ts';
import type { Counted } from '../counted.ts';
import type { Passed } from '../road.ts';
import type { Inclusion, PageOptions, Tracker } from './tracker.ts';

const sdk = new URL('../../../sdk/', import.meta.url);
const { version } = JSON.parse(readFileSync(new URL('package.json', sdk), 'utf8')) as { version: string };

/** The line that keeps calls until the script is there. */
const STUB = 'window.footfall = window.footfall || function(){(footfall.q = footfall.q || []).push(arguments)};';

/** What a page's own function does to an event. */
const EDITED = 'window.edited = (event, name, value) => ({ ...event, props: { ...event.props, [name]: value } });';

export const footfall: Tracker = {
  id: 'footfall',
  name: 'Footfall',
  version,
  lacks: {},
  head: (inclusion) => (inclusion.options.by === 'npm' ? byNpm(inclusion) : byTag(inclusion)),
  files: () => ({
    '/footfall.js': {
      body: readFileSync(new URL('dist/index.js', sdk), 'utf8'),
      headers: { 'content-type': 'text/javascript' },
    },
  }),
  tagged: (name, plan) => `data-footfall-event="${name}" data-footfall-plan="${plan}"`,
  optOut: 'localStorage.footfallOut = 1',
  isDoor: (path) => path.split('?')[0] === '/e',
};

/** The tag with the script that has all options. */
export function byTag({ collector, site, options }: Inclusion): string {
  const { by: _by, early, beforeSend, props: _props, ...rest } = options;
  const attributes = Object.entries(rest).map(([name, value]) => `data-${kebab(name)}="${value}"`);
  if (beforeSend) attributes.push('data-before-send="edit"');
  const lines = `${EDITED} ${early ? STUB : ''} window.track = (...call) => footfall(...call);`;
  return `<script nonce="test">${lines} ${beforeSend ? `window.edit = ${beforeSend};` : ''}</script>
    <script defer src="${collector}/s.all.js" data-site="${site}" ${attributes.join(' ')}></script>`;
}

function byNpm({ collector, site, options }: Inclusion): string {
  return `<script nonce="test">${EDITED}</script><script type="module" nonce="test">
    import { consent, destroy, init, optIn, optOut, track } from '/footfall.js';
    window.options = ${initOptions(collector, site, options)};
    Object.assign(window, { consent, destroy, init, optIn, optOut, track });
    init(options);
  </script>`;
}

function initOptions(collector: string, site: string, options: PageOptions): string {
  const { by: _by, early: _early, beforeSend, props, ...rest } = options;
  const plain = JSON.stringify({ site, endpoint: `${collector}/e`, ...rest }).slice(0, -1);
  return `${plain}${beforeSend ? `, "beforeSend": ${beforeSend}` : ''}${props ? `, "props": ${props}` : ''} }`;
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** What the store has, with what only the page has said of it. */
export function countedIn(stored: StoredEvent[], passed: readonly Passed[]): Counted[] {
  const sent = new Map(passed.flatMap(sentIn).map((event) => [event.id, event]));
  return stored.map((event) => ({
    id: event.id,
    name: event.name,
    path: event.path,
    time: event.time,
    clock: sent.get(event.id)?.time ?? event.time,
    title: event.title,
    referrer: sent.get(event.id)?.referrer,
    url: sent.get(event.id)?.url,
    props: Object.fromEntries(event.props ?? []),
    interactive: event.interactive ?? true,
    userId: event.user_id,
    hasVisitor: event.visitor !== undefined,
    view: event.view,
    viewClock: sent.get(event.id)?.view_time,
    engagedMs: event.engaged_ms,
    depth: event.depth,
  }));
}

/** The events of a request, each with its address. */
export function sentIn(passed: Passed): WireEvent[] {
  const known = read.get(passed);
  if (known) return known;
  const { url = '', events } = (passed.method === 'POST' ? JSON.parse(passed.body) : { events: [] }) as WireBatch;
  const sent = events.map((event) => ({ ...event, url: event.url ?? url }));
  read.set(passed, sent);
  return sent;
}

/** What was read once: it is asked for many times while something is waited for. */
const read = new WeakMap<Passed, WireEvent[]>();
