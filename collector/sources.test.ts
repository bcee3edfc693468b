import { expect, test } from 'vitest';
import { endings } from './source-endings.ts';
import { unnamed } from './source-hosts.ts';
import { named } from './source-list.ts';
import { sourceOfApp, sourceOfHost, sourceOfName } from './sources.ts';

const rows = Object.entries(named).flatMap(([kind, list]) => list.map((row) => ({ kind, row })));
const hosts = rows.flatMap(({ kind, row: [name, own] }) => words(own).map((host) => ({ host, name, kind })));
const others = Object.entries(unnamed).flatMap(([kind, list]) =>
  words(list).map((host) => ({ host, name: host, kind })),
);

function words(text = ''): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

test('each host of the list is there once, written as it arrives, and means its source', () => {
  const all = [...hosts, ...others];
  for (const { host, name, kind } of all) {
    expect(host).toMatch(/^=?[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:[a-z]+|\*)$/);
    const known = host.replace('=', '').replace('.*', '.com').replace('idealo.com', 'idealo.de');
    expect({ host, source: sourceOfHost(known) }).toEqual({ host, source: { name, kind } });
  }
  expect(new Set(all.map(({ host }) => host)).size).toBe(all.length);
});

test('each list of endings is of a host, and each such host has one', () => {
  const wanted = hosts.filter(({ host }) => host.endsWith('.*')).map(({ host }) => host.replace(/^=|\.\*$/g, ''));
  expect(wanted.toSorted()).toEqual(Object.keys(endings).toSorted());
});

test('each name and alias means one source, and each app', () => {
  const aliases = rows
    .filter(({ kind }) => kind !== 'passage')
    .flatMap(({ kind, row: [name, , more] }) => [name, ...words(more)].map((alias) => ({ alias, name, kind })));
  for (const { alias, name, kind } of aliases) {
    expect({ alias, source: sourceOfName(alias) }).toEqual({ alias, source: { name, kind } });
  }
  const apps = rows.flatMap(({ kind, row: [name, , , own] }) => words(own).map((app) => ({ app, name, kind })));
  for (const { app, name, kind } of apps) {
    expect({ app, source: sourceOfApp(app) }).toEqual({ app, source: { name, kind } });
  }
  expect(new Set(apps.map(({ app }) => app)).size).toBe(apps.length);
});
