import { readFileSync } from 'node:fs';
import { pathOf } from './paths.ts';
import { recorderOf } from './tracker.ts';
import type { Inclusion, Other } from './tracker.ts';

const folder = new URL('../../../node_modules/@openpanel/', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, folder), 'utf8');
const { version } = JSON.parse(read('web/package.json')) as { version: string };

const NAMES: Record<string, string> = { screen_view: 'pageview', link_out: 'outbound' };

const SCRIPT = { 'content-type': 'text/javascript', 'access-control-allow-origin': '*' };

const CORS = {
  'access-control-allow-origin': '*',
  'access-control-allow-headers': '*',
  'access-control-allow-methods': 'POST',
};

/** OpenPanel's npm package, as it is published. Source of what it claims: its README and types, openpanel.dev/docs/sdks/web */
export const openpanel: Other = {
  tracker: {
    id: 'openpanel',
    name: 'OpenPanel',
    version,
    lacks: {
      '404': 'the page counts its own',
      batches: 'each event is a request of its own',
      'before send': '`filter` may drop an event, not change it',
      callback: 'no such option',
      canonical: 'no such option',
      cumulative: 'no engagement',
      cut: 'its server cuts',
      denial: 'no such function',
      depth: 'no engagement',
      destroy: 'no such function',
      download: 'no such option',
      'download attribute': 'no such option',
      'early calls': 'the npm package is called after it was made',
      engagement: 'no engagement',
      'failing edit': 'what the function of the page throws is the page’s',
      form: 'no such option',
      'form name': 'no such option',
      globs: 'left to `filter`',
      gpc: 'no such option',
      'inner referrer': 'the referrer is that of the load',
      interactive: 'no such option',
      mask: 'no such option',
      navigation: 'it names `pushState`, `replaceState` and `popstate`',
      'opt-in': 'no such function',
      'opt-out': 'no such function',
      'options again': 'a tracker is made once',
      outbox: 'no such option',
      outcome: 'the promise has the session',
      'own answer': 'its answer is a status',
      path: 'a page is its whole address',
      'props function': 'properties are set when they change',
      query: 'a page is its whole address, always',
      revenue: 'an event of its own, without a name',
      stripped: 'the whole address is told',
      tag: 'about our tag',
      times: 'an event happens when it arrives',
      twice: 'about our copies',
      url: 'only screen views have an address',
      view: 'screen views have no ids',
    },
    head,
    files: () => ({
      '/openpanel.js': { body: read('web/dist/index.js'), headers: SCRIPT },
      '/openpanel-sdk.js': { body: read('sdk/dist/index.js'), headers: SCRIPT },
    }),
    tagged: (name, plan) => `data-track="${name}" data-plan="${plan}"`,
    optOut: '',
    isDoor: (path) => path === '/track',
  },
  recorder: () =>
    recorderOf(
      ({ method }) =>
        method === 'OPTIONS'
          ? { status: 204, headers: CORS, body: '' }
          : { status: 202, headers: CORS, body: JSON.stringify({ deviceId: 'device', sessionId: 'session' }) },
      (body, { at }) => {
        const { type, payload } = body as unknown as Sent;
        if (type !== 'track') return undefined;
        const { name, profileId, properties } = payload;
        const { __path: url = '', __title: title, __referrer: referrer, __timestamp: when, ...props } = properties;
        const time = when === undefined ? at : Date.parse(when);
        return {
          name: NAMES[name] ?? name,
          path: pathOf(url),
          url,
          time,
          clock: time,
          title,
          referrer,
          props,
          userId: profileId,
        };
      },
    ),
};

/** What it sends. */
interface Sent {
  type: string;
  payload: {
    name: string;
    profileId?: string;
    properties: Record<string, unknown> & {
      __path?: string;
      __title?: string;
      __referrer?: string;
      __timestamp?: string;
    };
  };
}

/** All of its options are on that a behaviour may need. The map of imports stands for a bundler: the files are as published. */
function head({ collector, site, options }: Inclusion): string {
  const { auto = true, hash = false, outbound = true, tagged = true, beforeSend, props, userId, consent } = options;
  const given = {
    clientId: site,
    apiUrl: collector,
    trackScreenViews: auto,
    trackHashChanges: hash,
    trackOutgoingLinks: outbound,
    trackAttributes: tagged,
    disabled: consent === 'pending',
  };
  return `<script type="importmap" nonce="test">{ "imports": { "@openpanel/sdk": "/openpanel-sdk.js" } }</script>
    <script type="module" nonce="test">
      import { OpenPanel } from '/openpanel.js';
      const op = new OpenPanel({ ...${JSON.stringify(given)}, ${beforeSend ? `filter: (event) => !!(${beforeSend})(event)` : ''} });
      ${props ? `op.setGlobalProperties(${props});` : ''}
      ${userId ? `op.identify({ profileId: ${JSON.stringify(userId)} });` : ''}
      window.consent = () => op.ready();
      window.track = (name, props, options) =>
        name === 'pageview' ? op.screenView(options?.url ?? location.href, props) : op.track(name, props);
    </script>`;
}
