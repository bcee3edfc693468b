import { createHash } from 'node:crypto';
import type { ApiDocument } from './document.ts';

/** The API's reference as one page: it loads nothing and runs nothing. */

export interface Page {
  html: string;
  /** Its Content-Security-Policy: nothing but its own style. */
  policy: string;
}

type Json = Record<string, unknown>;

const style = `
:root { color-scheme: light dark; --line: light-dark(#d8dce2, #3a404a); --soft: light-dark(#f4f6f8, #1d2128); --dim: light-dark(#5b6472, #9aa4b2); }
body { margin: 0 auto; max-width: 60rem; padding: 2rem 1rem 4rem; font: 1rem/1.55 system-ui, sans-serif; background: light-dark(#fff, #14171c); color: light-dark(#1b1f26, #e6e9ee); }
h1 { font-size: 1.7rem; } h2 { margin-top: 3rem; padding-top: 1rem; border-top: 1px solid var(--line); font-size: 1.25rem; }
code, pre { font: .88rem/1.5 ui-monospace, monospace; } pre { padding: .9rem; overflow-x: auto; background: var(--soft); border-radius: .5rem; }
table { width: 100%; border-collapse: collapse; } td, th { padding: .4rem .8rem .4rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
td:first-child { white-space: nowrap; } td p { margin: 0; } .dim { color: var(--dim); } .method { font-weight: 700; } a { color: inherit; }
`;

/** The page of an OpenAPI document. */
export function referencePage(document: ApiDocument): Page {
  const paths = Object.entries(document.paths ?? {}).flatMap(([path, methods]) =>
    Object.entries(methods as Json).map(([method, operation]) => operationHtml(method, path, operation as Json)),
  );
  const schemas = Object.entries((document.components?.schemas ?? {}) as Record<string, Json>);
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${text(document.info.title)}</title>
<style>${style}</style>
</head>
<body>
<h1>${text(document.info.title)}</h1>
<p>${marked(document.info.description ?? '')} The same for machines: <a href="openapi.json">openapi.json</a>.</p>
${paths.join('\n')}
${schemas.map(([name, schema]) => schemaHtml(name, schema)).join('\n')}
</body>
</html>
`;
  const hash = createHash('sha256').update(style).digest('base64');
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
  return { html, policy };
}

function operationHtml(method: string, path: string, operation: Json): string {
  const {
    summary,
    description,
    parameters = [],
    requestBody,
    responses = {},
  } = operation as {
    summary: string;
    description: string;
    parameters?: Json[];
    requestBody?: { content: Record<string, { schema: Json; example?: unknown }> };
    responses?: Record<string, { description: string; content?: Record<string, { schema: Json }> }>;
  };
  const body = requestBody?.content['application/json'];
  const rows = parameters.map(({ name, required, schema }) => {
    const { description: said = '' } = schema as { description?: string };
    return row(`<code>${text(String(name))}</code>`, `${required ? '' : 'optional. '}${marked(said)}`);
  });
  const answers = Object.entries(responses).map(([status, { description: said, content }]) =>
    row(`<code>${text(status)}</code>`, `${marked(said)} ${typeHtml(content?.['application/json']?.schema)}`),
  );
  return `<section>
<h2><span class="method">${text(method.toUpperCase())}</span> <code>${text(path)}</code></h2>
<p>${marked(description || summary)}</p>
${table('Parameters', rows)}
${body ? `<p>Body: ${typeHtml(body.schema)}</p>` : ''}
${body?.example ? `<pre>${text(exampleText(body.example))}</pre>` : ''}
${table('Answers', answers)}
</section>`;
}

/** JSON with a field a line. */
function exampleText(example: unknown): string {
  const fields = Object.entries(example as Json).map(([name, value]) => `  "${name}": ${JSON.stringify(value)}`);
  return `{\n${fields.join(',\n')}\n}`;
}

function schemaHtml(name: string, schema: Json): string {
  const {
    properties = {},
    required = [],
    description = '',
  } = schema as {
    properties?: Record<string, Json & { description?: string }>;
    required?: string[];
    description?: string;
  };
  const rows = Object.entries(properties).map(([field, of]) => {
    const optional = required.includes(field) ? '' : '<span class="dim">optional.</span> ';
    return row(`<code>${text(field)}</code>`, `${optional}${marked(of.description ?? '')} ${typeHtml(of)}`);
  });
  const whole = rows.length === 0 ? `<p>${typeHtml(schema)}</p>` : '';
  return `<section id="${text(name)}"><h2>${text(name)}</h2><p>${marked(description)}</p>${whole}${table('Fields', rows)}</section>`;
}

/** A schema in a few words. */
function typeHtml(schema: Json | undefined): string {
  if (!schema) return '';
  const {
    $ref,
    enum: values,
    anyOf,
    prefixItems,
    items,
    properties,
    type,
  } = schema as {
    $ref?: string;
    enum?: unknown[];
    anyOf?: Json[];
    prefixItems?: Json[];
    items?: Json;
    properties?: Record<string, Json>;
    type?: string | string[];
  };
  if ($ref) {
    const name = text($ref.split('/').at(-1) ?? '');
    return `<a href="#${name}">${name}</a>`;
  }
  if (values) return values.map((value) => `<code>${text(String(value))}</code>`).join(' ');
  if (anyOf) return anyOf.map(typeHtml).join(' <span class="dim">or</span> ');
  if (prefixItems) return `[${prefixItems.map(typeHtml).join(', ')}]`;
  if (items) return `<span class="dim">list of</span> ${typeHtml(items)}`;
  if (properties) {
    return `{ ${Object.entries(properties)
      .map(([name, of]) => `<code>${text(name)}</code>: ${typeHtml(of)}`)
      .join(', ')} }`;
  }
  return `<span class="dim">${text([type ?? 'any'].flat().map(String).join(' or '))}</span>`;
}

function table(head: string, rows: string[]): string {
  return rows.length > 0 ? `<table><tr><th colspan="2">${text(head)}</th></tr>${rows.join('')}</table>` : '';
}

function row(first: string, second: string): string {
  return `<tr><td>${first}</td><td><p>${second}</p></td></tr>`;
}

/** Text with its `code` marked as such. */
function marked(value: string): string {
  return text(value).replace(/`([^`]+)`/g, '<code>$1</code>');
}

function text(value: string): string {
  return value.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
