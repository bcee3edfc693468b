import { isLoopback, roles } from './config.ts';
import type { Config } from './config.ts';

/** What the start prints: where things are, and lines to paste. */
export function welcome(
  config: Config,
  ports: { collector: number | undefined; reporting: number | undefined; worker: number | undefined },
  token: string | undefined,
): string {
  const collector =
    ports.collector === undefined ? undefined : addressOf(config.collectorPublishedHost, ports.collector);
  const reporting =
    ports.reporting === undefined ? undefined : addressOf(config.reportingPublishedHost, ports.reporting);
  const isAll = config.roles.length === roles.length;
  const lines = [
    '',
    isAll ? 'Footfall is running.' : `Footfall is running: ${config.roles.join(', ')}.`,
    '',
    ...(collector ? [`  Collector   ${collector}`] : []),
    ...(reporting ? [`  Reporting   ${reporting}`] : []),
    ...(ports.worker ? [`  Worker      ${addressOf(config.workerHost, ports.worker)}/metrics`] : []),
    `  Data        ${config.data}`,
    ...(collector && reporting ? firstSteps(collector, reporting, isLoopback(config.collectorPublishedHost)) : []),
  ];
  if (token) {
    lines.push(
      '',
      'The token for reports and administration from other machines, shown only this once:',
      '',
      `  ${token}`,
    );
  }
  return [...lines, ''].join('\n');
}

function firstSteps(collector: string, reporting: string, local: boolean): string[] {
  const today = new Date().toISOString().slice(0, 10);
  return [
    '',
    `Open ${reporting} in a browser: it shows how to begin, a demo site, and sample data.`,
    '',
    'Send a page view, from a terminal:',
    '',
    `  curl ${collector}/event -H 'Content-Type: application/json' -d '{"site_id":"example.com","event_type":"page_view","path":"/"}'`,
    '',
    'or from the pages of a site, with this in their <head>:',
    '',
    `  <script defer src="${collector}/s.js" data-site="example.com"></script>`,
    '',
    ...(local
      ? [
          '  That works for browsers on this machine only, as long as the collector listens on loopback.',
          '  In the console the page says what was not counted, and why.',
          '',
        ]
      : []),
    'and read the day:',
    '',
    `  curl '${reporting}/stats?site_id=example.com&date=${today}'`,
    '',
    local
      ? 'The collector listens on this machine only, where a site comes into being with its first event. HOST opens it.'
      : 'A site must be made before it can report: footfall site add example.com',
  ];
}

function addressOf(host: string, port: number): string {
  const shown = host === '0.0.0.0' || host === '::' || isLoopback(host) ? 'localhost' : host;
  return `http://${shown.includes(':') ? `[${shown}]` : shown}:${port}`;
}
