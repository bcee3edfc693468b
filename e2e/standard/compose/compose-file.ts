import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { context } from './dockerfile.ts';

/** `docker-compose.yml`, as far as tests look at it. */

const condition = z.enum(['service_started', 'service_healthy', 'service_completed_successfully']);
const service = z.object({
  image: z.string(),
  build: z.string().optional(),
  pull_policy: z.string().optional(),
  user: z.string().optional(),
  entrypoint: z.array(z.string()).optional(),
  command: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()).default({}),
  env_file: z.array(z.object({ path: z.string(), required: z.boolean() })).default([]),
  depends_on: z.record(z.string(), z.object({ condition })).default({}),
  healthcheck: z
    .object({ test: z.union([z.string(), z.array(z.string())]).optional() })
    .loose()
    .optional(),
  volumes: z.array(z.string()).default([]),
  tmpfs: z.array(z.string()).default([]),
  ports: z.array(z.string()).default([]),
  networks: z.array(z.string()).default([]),
  network_mode: z.string().optional(),
  restart: z.string().optional(),
  stop_grace_period: z.string().optional(),
  read_only: z.boolean().optional(),
  cap_add: z.array(z.string()).default([]),
  cap_drop: z.array(z.string()).default([]),
  security_opt: z.array(z.string()).default([]),
  ulimits: z.record(z.string(), z.number()).default({}),
  logging: z.object({ driver: z.string(), options: z.record(z.string(), z.string()) }),
});
const composeFile = z.object({
  services: z.record(z.string(), service.strict()),
  networks: z.record(z.string(), z.object({ internal: z.boolean().optional() })),
  volumes: z.record(z.string(), z.null()),
});

export type Service = z.infer<typeof service>;
export type ComposeFile = z.infer<typeof composeFile>;

/** Names and values from outside, which stand in the file as `${NAME:-default}`. */
export type Variables = Record<string, string>;

/** The file as `docker compose` sees it before it looks at what stands in it. */
export function parsedCompose(variables: Variables = {}): unknown {
  const text = readFileSync(`${context}/docker-compose.yml`, 'utf8');
  return interpolated(parse(text, { merge: true }), variables);
}

export function readCompose(variables: Variables = {}): ComposeFile {
  return composeFile.parse(parsedCompose(variables));
}

function interpolated(value: unknown, variables: Variables): unknown {
  if (typeof value === 'string') return interpolate(value, variables);
  if (Array.isArray(value)) return value.map((one) => interpolated(one, variables));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, interpolated(one, variables)]));
}

/** `${NAME:-default}`, whose default may hold another; and `$$`, which stands for `$`. No other form is in use. */
export function interpolate(text: string, variables: Variables): string {
  const innermost = /(?<!\$)\$\{(\w+):-([^${}]*)\}/;
  let rest = text;
  for (let found = innermost.exec(rest); found; found = innermost.exec(rest)) {
    const [whole, name = '', fallback = ''] = found;
    rest = rest.replace(whole, () => variables[name] || fallback);
  }
  if (/(?<!\$)\$(?!\$)/.test(rest)) throw new Error(`neither \${NAME:-default} nor $$: ${text}`);
  return rest.replaceAll('$$', '$');
}
