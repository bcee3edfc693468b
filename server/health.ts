import { messageOf, Unusable } from '../core/errors.ts';
import { limits as defaults } from '../core/limits.ts';
import { localAddress } from './addresses.ts';
import type { Config } from './config.ts';

/**
 * Asks all that listens with these settings on this machine how it is.
 *
 * @returns a line for each, and whether all are well
 * @throws Unusable if a port is one that the process has picked itself
 * @example
 * const { well, lines } = await health(readConfig());
 */
export async function health(config: Config): Promise<{ well: boolean; lines: string[] }> {
  const msMax = config.limits.healthMsMax ?? defaults.healthMsMax;
  const answers = await Promise.all(doorsOf(config).map((door) => ask(door, msMax)));
  return { well: answers.every(({ well }) => well), lines: answers.map(({ line }) => line) };
}

interface Door {
  name: string;
  host: string;
  port: number;
}

function doorsOf(config: Config): Door[] {
  const { roles, collectorHost, collectorPort, reportingHost, reportingPort, workerHost, workerPort } = config;
  const collects = roles.includes('collector');
  return [
    ...(collects ? [{ name: 'collector', host: collectorHost, port: collectorPort }] : []),
    ...(roles.includes('worker') && !collects ? [{ name: 'worker', host: workerHost, port: workerPort }] : []),
    ...(roles.includes('reporting') ? [{ name: 'reporting', host: reportingHost, port: reportingPort }] : []),
  ];
}

async function ask({ name, host, port }: Door, msMax: number): Promise<{ well: boolean; line: string }> {
  if (port === 0) throw new Unusable(`the port of the ${name} is picked at its start, and not known here: set it.`);
  const address = `${localAddress(host, port)}/healthz`;
  try {
    const answer = await fetch(address, { signal: AbortSignal.timeout(msMax) });
    return { well: answer.ok, line: `${name} (${address}): ${answer.status} ${await answer.text()}` };
  } catch (error) {
    const cause = error instanceof Error && error.cause ? error.cause : error;
    return { well: false, line: `${name} (${address}): ${messageOf(cause)}` };
  }
}
