import { readFileSync } from 'node:fs';
import { pathOf } from './paths.ts';
import { recorderOf } from './tracker.ts';
import type { Inclusion, Other } from './tracker.ts';

const folder = new URL('../../../node_modules/@plausible-analytics/tracker/', import.meta.url);
const { version } = JSON.parse(readFileSync(new URL('package.json', folder), 'utf8')) as { version: string };

/** Names of what it counts by itself. */
const NAMES: Record<string, string> = {
  'Outbound Link: Click': 'outbound',
  'File Download': 'download',
  'Form: Submission': 'form',
};

const HEADERS = { 'content-type': 'text/plain', 'access-control-allow-origin': '*' };

/** Plausible's npm package, as it is published. Source of what it claims: its README and `plausible.d.ts`, plausible.io/docs */
export const plausible: Other = {
  tracker: {
    id: 'plausible',
    name: 'Plausible',
    version,
    lacks: {
      '404': 'the page counts its own',
      'any value': 'properties are texts, by its types',
      background: 'a page in a background tab counts when it is shown',
      batches: 'each event is a request of its own',
      canonical: 'no such option',
      consent: 'the page starts it when there is consent',
      cumulative: 'the server adds up what is told',
      cut: 'its server cuts',
      denial: 'the page starts it when there is consent',
      destroy: 'no such function',
      'download attribute': 'a download is known by its extension',
      'early calls': 'the npm package is called after `init`',
      'failing edit': 'what the function of the page throws is the page’s',
      'form name': 'a form is known by its page',
      globs: 'left to `transformRequest`',
      gpc: 'no such option',
      'inner referrer': 'the referrer is that of the load',
      kinds: 'properties are texts, by its types',
      mask: 'left to `transformRequest`',
      navigation: 'it names `pushState` and `popstate`',
      'opt-in': 'no such function',
      'options again': '`init` may be called once',
      outbox: 'no such option',
      outcome: 'a callback is told the status',
      'own answer': 'its answer is a status',
      query: 'no such option',
      replace: 'it names `pushState` and `popstate`',
      stripped: 'the whole address is told',
      tag: 'about our tag',
      'tagged off': 'no such option',
      times: 'an event happens when it arrives',
      title: 'titles are not sent',
      twice: 'about our copies',
      user: 'no such option',
      view: 'page views have no ids',
    },
    head,
    files: () => ({
      '/plausible.js': {
        body: readFileSync(new URL('plausible.js', folder), 'utf8'),
        headers: { 'content-type': 'text/javascript', 'access-control-allow-origin': '*' },
      },
    }),
    tagged: (name, plan) => `class="plausible-event-name=${name} plausible-event-plan=${plan}"`,
    optOut: `localStorage.plausible_ignore = 'true'`,
    isDoor: (path) => path === '/api/event',
  },
  recorder: () =>
    recorderOf(
      () => ({ status: 202, headers: HEADERS, body: 'ok' }),
      (body, { at }) => {
        const { n = '', u = '', r, p, i, e, sd, $ } = body as Partial<Sent>;
        const revenue = $ ? { revenue: $.amount, currency: $.currency } : {};
        return {
          name: NAMES[n] ?? n,
          path: pathOf(u),
          url: u,
          time: at,
          clock: at,
          referrer: r ?? '',
          props: { ...p, ...revenue },
          interactive: i ?? true,
          engagedMs: e,
          depth: sd,
        };
      },
    ),
};

/** What it sends. */
interface Sent {
  n: string;
  u: string;
  r: string | null;
  p: Record<string, string>;
  i: boolean;
  e: number;
  sd: number;
  $: { amount: number; currency: string };
}

/** All of its options are on that a behaviour may need. */
function head({ collector, site, options }: Inclusion): string {
  const { auto = true, hash = false, outbound = true, downloads = true, forms = true, beforeSend, props } = options;
  const given = {
    domain: site,
    endpoint: `${collector}/api/event`,
    captureOnLocalhost: true,
    logging: false,
    autoCapturePageviews: auto,
    hashBasedRouting: hash,
    outboundLinks: outbound,
    fileDownloads: typeof downloads === 'string' ? { fileExtensions: downloads.split(',') } : downloads,
    formSubmissions: forms,
  };
  return `<script nonce="test">window.edited = (event, name, value) => ({ ...event, p: { ...event.p, [name]: value } });</script>
    <script type="module" nonce="test">
      import { init, track } from '/plausible.js';
      init({ ...${JSON.stringify(given)}, ${beforeSend ? `transformRequest: ${beforeSend},` : ''} ${props ? `customProperties: ${props}` : ''} });
      window.track = (name, props, options) => track(name, { ...(props ? { props } : {}), ...options });
    </script>`;
}
