import { endings } from './source-endings.ts';
import { unnamed } from './source-hosts.ts';
import { named } from './source-list.ts';
import type { Kind } from './source-list.ts';

export interface Source {
  name: string;
  kind: Kind;
}

/** By host, which stands for its sub-domains, too. */
const byHost = new Map<string, Source>();
/** By a host that stands for itself alone. */
const byExactHost = new Map<string, Source>();
const byApp = new Map<string, Source>();
const byAlias = new Map<string, Source>();

for (const [kind, rows] of Object.entries(named) as [Kind, (typeof named)[Kind]][]) {
  for (const [name, hosts, aliases = '', apps = ''] of rows) {
    const source = { name, kind };
    for (const host of words(hosts)) addHost(host, source);
    for (const app of words(apps)) byApp.set(app, source);
    if (kind !== 'passage') for (const alias of [plainName(name), ...words(aliases)]) byAlias.set(alias, source);
  }
}
for (const [kind, hosts] of Object.entries(unnamed) as [Kind, string][]) {
  for (const host of words(hosts)) byHost.set(host, { name: host, kind });
}

function addHost(entry: string, source: Source): void {
  const isExact = entry.startsWith('=');
  const host = isExact ? entry.slice(1) : entry;
  const label = host.endsWith('.*') ? host.slice(0, -2) : undefined;
  const hosts = label === undefined ? [host] : words(endings[label] ?? '').map((ending) => `${label}.${ending}`);
  for (const one of hosts) (isExact ? byExactHost : byHost).set(one, source);
}

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

/** Labels of a host that are looked at, from its end. */
const LABELS_MAX = 6;

/**
 * The source that a host belongs to: the longest match counts, so `mail.google.com` is Gmail.
 *
 * @param host in lower case, without `www.`
 */
export function sourceOfHost(host: string): Source | undefined {
  let found: Source | undefined;
  let dot = host.length;
  for (let label = 0; label < LABELS_MAX && dot > 0; label++) {
    dot = host.lastIndexOf('.', dot - 1);
    found = byHost.get(dot < 0 ? host : host.slice(dot + 1)) ?? found;
  }
  found = byExactHost.get(host) ?? found;
  // A provider's or a company's own mail in the browser.
  return found ?? (host.startsWith('webmail.') ? { name: host, kind: 'email' } : undefined);
}

/** The source that an Android app is. */
export function sourceOfApp(app: string): Source | undefined {
  return byApp.get(app);
}

/** A name longer than this is nobody's we know. */
const NAME_CHARS_MAX = 200;
const ADDRESS = /^(?:https?:\/\/)?(?:www\.)?([a-z0-9.-]+)(?:[:/?#].*)?$/s;

/** The source that a `utm_source` means: its name in any case, or a host. */
export function sourceOfName(name: string): Source | undefined {
  if (name.length > NAME_CHARS_MAX) return undefined;
  const plain = plainName(name);
  const known = byAlias.get(plain);
  if (known || !plain.includes('.')) return known;
  const host = ADDRESS.exec(plain)?.[1];
  const found = host === undefined ? undefined : sourceOfHost(host);
  return found?.kind === 'passage' ? undefined : found;
}

function plainName(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_]+/g, '-');
}
