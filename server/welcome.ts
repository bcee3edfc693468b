import { isLoopback } from './config.ts';
import type { Config } from './config.ts';

/** What the start prints: where things are, and lines to paste. */
export function welcome(
  config: Config,
  ports: { collector: number; reporting: number },
  token: string | undefined,
): string {
  const collector = addressOf(config.collectorHost, ports.collector);
  const reporting = addressOf(config.reportingHost, ports.reporting);
  const local = isLoopback(config.collectorHost);
  const today = new Date().toISOString().slice(0, 10);
  const lines = [
    '',
    'Footfall is running.',
    '',
    `  Collector   ${collector}`,
    `  Reporting   ${reporting}`,
    `  Data        ${config.data}`,
    '',
    'Send a page view, from a terminal:',
    '',
    `  curl ${collector}/event -H 'Content-Type: application/json' -d '{"site_id":"example.com","event_type":"page_view","path":"/"}'`,
    '',
    'or from a page, with this snippet:',
    '',
    '  <script>',
    `    navigator.sendBeacon('${collector}/e', JSON.stringify({ site: 'example.com', sent: Date.now(), events: [`,
    `      { id: crypto.randomUUID(), name: 'pageview', time: Date.now(), url: location.href, referrer: document.referrer }] }))`,
    '  </script>',
    '',
    'and read the day:',
    '',
    `  curl '${reporting}/stats?site_id=example.com&date=${today}'`,
    '',
    local
      ? 'The collector listens on this machine only, where a site comes into being with its first event. HOST opens it.'
      : 'A site must be made before it can report: footfall site add example.com',
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

function addressOf(host: string, port: number): string {
  const shown = host === '0.0.0.0' || host === '::' || isLoopback(host) ? 'localhost' : host;
  return `http://${shown.includes(':') ? `[${shown}]` : shown}:${port}`;
}
