import { dirname, join } from 'node:path/posix';
import { parseSync, Visitor } from 'oxc-parser';

/**
 * The rules of what may use what, over one source file at a time.
 *
 *     sdk <- core <- {collector, worker, reporting, adapters} <- server <- {examples, e2e <- bench}
 */

const beside = ['sdk', 'core'];
const below = [...beside, 'collector', 'worker', 'reporting', 'adapters', 'server'];

/** By top folder: the other folders it may import from. A file at the top has the folder `.`. */
const mayImport: Record<string, readonly string[]> = {
  sdk: [],
  core: ['sdk'],
  collector: beside,
  worker: beside,
  reporting: beside,
  adapters: beside,
  server: below,
  examples: below,
  e2e: below,
  // Experiments in browsers drive them as the tests do.
  bench: [...below, 'e2e'],
  scripts: [],
  bin: ['dist'],
  docker: [],
  '.': [],
};

/** The package names that stand for a folder of this repository. */
const ownPackages: Record<string, string> = { footfall: 'server', 'footfall-sdk': 'sdk' };

/** What `core` may use from outside; it knows neither a framework nor any I/O. */
const corePackages = ['zod', 'node:crypto'];

/** Tests, and what builds the code: no part of what ships. */
const notShipped = /\.(test|contract)\.ts$|\.config\.[jt]s$/;
/** And what tells tests how much to do. */
const mayReadEnvironment =
  /^core\/daily\.contract\.ts$|^server\/config\.ts$|\.test\.ts$|^(bench|scripts|e2e)\/|^[^/]+\.config\.ts$/;

/**
 * Which rules a file breaks; empty when none.
 *
 * @param path relative to the repository's root, with forward slashes
 * @throws when the source does not parse
 *
 * @example
 * violations('core/id.ts', "import { worker } from '../worker/worker.ts';");
 * // ['core/id.ts imports ../worker/worker.ts: core may not import worker']
 */
export function violations(path: string, source: string): string[] {
  const { imports, exportsAll, readsEnvironment } = read(path, source);
  const found = imports.flatMap((specifier) => {
    const reason = againstImport(path, specifier);
    return reason === undefined ? [] : [`${path} imports ${specifier}: ${reason}`];
  });
  if (exportsAll) found.push(`${path} has an export *: name what is exported`);
  if (readsEnvironment && !mayReadEnvironment.test(path)) {
    found.push(`${path} reads process.env: only server/config.ts does`);
  }
  return found;
}

function againstImport(path: string, specifier: string): string | undefined {
  const from = folderOf(path);
  const allowed = mayImport[from];
  if (allowed === undefined) return `the folder ${from} has no place in the order of imports yet`;

  const to = targetOf(path, specifier);
  if (to !== undefined) return to === from || allowed.includes(to) ? undefined : `${from} may not import ${to}`;

  if (notShipped.test(path)) return undefined;
  if (path === 'sdk/src/react.ts' && specifier === 'react') return undefined;
  if (from === 'sdk') return 'the SDK has no dependencies';
  if (from === 'core' && !corePackages.includes(specifier)) return `core uses only ${corePackages.join(' and ')}`;
  return undefined;
}

/** The folder of this repository that is imported; undefined for anything else. */
function targetOf(path: string, specifier: string): string | undefined {
  if (/^\.\.?(\/|$)/.test(specifier)) return folderOf(join(dirname(path), specifier));
  return ownPackages[specifier.split('/')[0] ?? ''];
}

function folderOf(path: string): string {
  const [folder = '.', ...rest] = path.split('/');
  return rest.length === 0 && folder !== '..' ? '.' : folder;
}

interface Facts {
  /** As written: in imports, exports from, dynamic imports, types, and `new URL('…', import.meta.url)` (threads). */
  imports: string[];
  exportsAll: boolean;
  readsEnvironment: boolean;
}

function read(path: string, source: string): Facts {
  const { program, errors } = parseSync(path, source);
  if (errors[0]) throw new SyntaxError(`${path}: ${errors[0].message}`);
  const facts: Facts = { imports: [], exportsAll: false, readsEnvironment: false };
  new Visitor({
    ImportDeclaration(node) {
      facts.imports.push(node.source.value);
      const names = node.specifiers.map((each) => (each.type === 'ImportSpecifier' ? nameOf(each.imported) : '*'));
      if (isProcess(node.source.value) && names.includes('env')) facts.readsEnvironment = true;
    },
    ExportNamedDeclaration(node) {
      if (node.source) facts.imports.push(node.source.value);
    },
    ExportAllDeclaration(node) {
      facts.imports.push(node.source.value);
      facts.exportsAll = true;
    },
    ImportExpression(node) {
      if (node.source.type === 'Literal') facts.imports.push(String(node.source.value));
    },
    TSImportType(node) {
      facts.imports.push(node.source.value);
    },
    NewExpression(node) {
      const [target, base] = node.arguments;
      const isOfThisFile = base !== undefined && textOf(base) === 'import.meta.url';
      if (textOf(node.callee) !== 'URL' || !isOfThisFile || target?.type !== 'Literal') return;
      if (/\.[cm]?[jt]s$/.test(String(target.value))) facts.imports.push(String(target.value));
    },
    MemberExpression(node) {
      const name = node.property.type === 'Literal' ? node.property.value : nameOf(node.property);
      if (name === 'env' && /(^|\.)process$/.test(textOf(node.object))) facts.readsEnvironment = true;
    },
    VariableDeclarator(node) {
      if (node.id.type !== 'ObjectPattern' || !node.init || !/(^|\.)process$/.test(textOf(node.init))) return;
      const names = node.id.properties.map((each) => (each.type === 'Property' ? nameOf(each.key) : '*'));
      if (names.includes('env')) facts.readsEnvironment = true;
    },
  }).visit(program);
  return facts;

  function textOf(node: { start: number; end: number }): string {
    return source.slice(node.start, node.end);
  }
}

function nameOf(node: { type: string; name?: unknown; value?: unknown }): unknown {
  return node.name ?? node.value;
}

function isProcess(specifier: string): boolean {
  return specifier === 'node:process' || specifier === 'process';
}
