import { isIP } from 'node:net';
import { messageOf } from '../../core/errors.ts';
import { plainAddress } from '../address.ts';
import { within } from '../ranges.ts';
import type { Hit } from './hit.ts';

/** Which lines of a log are wanted, as the user says it. A pattern that begins with `!` leaves out what it matches. */
export interface ChoiceOptions {
  /** Hosts that were asked for: `example.com`, `*.example.com`. Only where the log tells them. */
  hosts?: string[];
  /** Paths, without their query: `/blog/*`. */
  paths?: string[];
  /** Visitors: addresses, ranges such as `10.0.0.0/8`, and names such as `*.example.com`. */
  clients?: string[];
  /** `200`, `4xx`. Default: 2xx and 304. */
  statuses?: string[];
}

export interface Choices {
  /** Whether status and everything else of a line are as wanted. */
  wantsLine(hit: Hit): boolean;
  wantsPath(path: string): boolean;
  wantsHost(host: string | undefined): boolean;
  /** Whether an answer with that status is a page that was shown. */
  isShown(status: number): boolean;
}

type Test = (text: string) => boolean;

/**
 * @throws RangeError for a status or a range that is none
 * @example
 * const choices = choicesOf({ paths: ['/blog/*', '!*.pdf'] });
 */
export function choicesOf({ hosts = [], paths = [], clients = [], statuses = [] }: ChoiceOptions): Choices {
  const hostOf = lister(hosts, (pattern) => globOf(pattern.toLowerCase()));
  const clientOf = lister(clients, clientTest);
  const wantsPath = lister(paths, globOf);
  const wantsHost = (host: string | undefined): boolean => hosts.length === 0 || hostOf(bareHost(host ?? ''));
  return {
    wantsLine: ({ host, client }) =>
      wantsHost(host) && (clients.length === 0 || clientOf(plainAddress(client) ?? client.toLowerCase())),
    wantsPath,
    wantsHost,
    isShown: statuses.length === 0 ? isSuccess : statusTest(statuses),
  };
}

/** A host without its port, in lower case. */
function bareHost(host: string): string {
  return host.toLowerCase().replace(/:\d+$/, '').replace(/\.$/, '');
}

/** Whether a text is wanted: by one of the patterns, if there are any, and by none that leaves out. */
function lister(patterns: string[], testOf: (pattern: string) => Test): Test {
  const wanted = patterns.filter((pattern) => !pattern.startsWith('!')).map(testOf);
  const unwanted = patterns.filter((pattern) => pattern.startsWith('!')).map((pattern) => testOf(pattern.slice(1)));
  return (text) => (wanted.length === 0 || wanted.some((test) => test(text))) && !unwanted.some((test) => test(text));
}

/**
 * `*` stands for any characters, everything else for itself. In time proportional to text and pattern: not by `core/glob.ts`, whose
 * stars know the parts of a path, and which would take that time once for each star.
 */
function globOf(pattern: string): Test {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return (text) => text === pattern;
  return (text) => {
    if (!text.startsWith(first)) return false;
    let at = first.length;
    for (const part of rest) {
      const found = text.indexOf(part, at);
      if (found < 0) return false;
      at = found + part.length;
    }
    return text.length - last.length >= at && text.endsWith(last);
  };
}

/** A name, or what must be an address or a range. */
function clientTest(pattern: string): Test {
  if (isIP(pattern) === 0 && !pattern.includes('/')) return globOf(pattern.toLowerCase());
  try {
    return within([pattern]);
  } catch (error) {
    throw new RangeError(`client: ${messageOf(error)}`, { cause: error });
  }
}

/** A page from the browser's own cache was shown as well as one that was sent. */
function isSuccess(status: number): boolean {
  return (status >= 200 && status < 300) || status === 304;
}

function statusTest(statuses: string[]): (status: number) => boolean {
  for (const status of statuses) {
    if (!/^[1-5](\d\d|xx)$/.test(status)) throw new RangeError(`status: "${status}" is neither like 200 nor like 4xx`);
  }
  const wanted = new Set(statuses);
  return (status) => wanted.has(String(status)) || wanted.has(`${Math.floor(status / 100)}xx`);
}
