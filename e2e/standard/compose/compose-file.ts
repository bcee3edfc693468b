import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { parse } from 'yaml';
import { z } from 'zod';
import { context } from './dockerfile.ts';

/** `docker-compose.yml` and `.env`, as far as tests look at them. */

const condition = z.enum(['service_started', 'service_healthy', 'service_completed_successfully']);
const service = z.object({
  profiles: z.array(z.string()).default([]),
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
  configs: z.array(z.strictObject({ source: z.string(), target: z.string() })).default([]),
  volumes: z.array(z.string()).default([]),
  tmpfs: z.array(z.string()).default([]),
  ports: z.array(z.string()).default([]),
  networks: z.array(z.string()).default([]),
  network_mode: z.string().optional(),
  restart: z.string().optional(),
  stop_grace_period: z.string().optional(),
  stop_signal: z.enum(['SIGTERM', 'SIGUSR1']).default('SIGTERM'),
  deploy: z.strictObject({ replicas: z.number() }).default({ replicas: 1 }),
  read_only: z.boolean().optional(),
  cap_add: z.array(z.string()).default([]),
  cap_drop: z.array(z.string()).default([]),
  security_opt: z.array(z.string()).default([]),
  ulimits: z.record(z.string(), z.number()).default({}),
  logging: z.object({ driver: z.string(), options: z.record(z.string(), z.string()) }),
});
const composeFile = z.object({
  services: z.record(z.string(), service.strict()),
  configs: z.record(z.string(), z.strictObject({ file: z.string() })),
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

/** With the services of the profiles that are on: those of `COMPOSE_PROFILES`, which also `.env` may set. */
export function readCompose(variables: Variables = {}): ComposeFile {
  const all = { ...dotEnv(), ...variables };
  const profiles = all.COMPOSE_PROFILES?.split(',') ?? [];
  const { services, ...file } = composeFile.parse(parsedCompose(all));
  const isOn = (one: Service): boolean =>
    one.profiles.length === 0 || one.profiles.some((profile) => profiles.includes(profile));
  return { ...file, services: Object.fromEntries(Object.entries(services).filter(([, one]) => isOn(one))) };
}

function dotEnv(): Variables {
  return parseEnv(readFileSync(`${context}/.env`, 'utf8')) as Variables;
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
