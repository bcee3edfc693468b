import { setTimeout as pause } from 'node:timers/promises';
import { keptPort } from './kept-port.ts';
import { readCompose } from './compose-file.ts';
import type { ComposeFile, Service, Variables } from './compose-file.ts';
import { environmentOf, listOf, readDockerfile } from './dockerfile.ts';
import { isHealthy, startProcess } from './local-process.ts';
import type { LocalProcess, Programs } from './local-process.ts';
import { newPlaces } from './local-places.ts';
import type { Places } from './local-places.ts';

/**
 * Starts what `docker compose up` starts, as processes of this machine: the same commands with the same settings, in the
 * same order, judged by the same health checks. What a container has of its own is put in its place: a folder for a
 * volume, a free port for a port, loopback for the name of a service. Users, rights and networks are not imitated.
 */
export interface LocalCompose extends Pick<Places, 'ports' | 'secret' | 'strays'> {
  /**
   * Resolves when all is healthy or done. Starts what does not run; `COMPOSE_PROFILES` among the variables says what belongs
   * to it, and `scale` how many of a service.
   */
  up(variables?: Variables, scale?: Record<string, number>): Promise<void>;
  /** Stops everything, those that need others first, and keeps the volumes. Answers exit codes, by service. */
  down(): Promise<Record<string, (number | null)[]>>;
  /** All that have been started of a service, with those that have ended. */
  processes(name: string): LocalProcess[];
}

export interface LocalComposeOptions {
  /** A new folder; removing it is the caller's. */
  folder: string;
  /** What is `/app` in the image. */
  app: string;
  programs: Programs;
  /** Folders of images that are elsewhere here, by their paths in the image. */
  folders?: Record<string, string>;
}

/** That a service becomes healthy, on a busy machine. */
const READY_MS_MAX = 120_000;
/** A check may be a program that takes half a second of a processor to start. */
const LOOK_MS = 1000;

export async function localCompose(options: LocalComposeOptions): Promise<LocalCompose> {
  const { folder, app, programs, folders = {} } = options;
  const places = await newPlaces(folder, readCompose(), folders);
  const image = imageDefaults();
  const started: Record<string, LocalProcess[]> = {};
  let file = readCompose();

  const processes = (name: string): LocalProcess[] => started[name] ?? [];
  const running = (name: string): LocalProcess[] => processes(name).filter((one) => one.exitCode() === undefined);

  async function start(name: string, service: Service): Promise<void> {
    const isOurs = service.image === 'footfall';
    const inPlace = (text: string): string => places.local(text, name, service);
    const settings = Object.entries({ ...(isOurs ? image.environment : {}), ...service.environment });
    const env = Object.fromEntries(settings.map(([setting, text]) => [setting, inPlace(text)]));
    // Each container has a loopback of its own.
    if (isOurs) Object.assign(env, { WORKER_PORT: String(await keptPort()), ...places.ownPort(name) });
    const entrypoint = service.entrypoint ?? image.entrypoint;
    const command = service.command ?? (service.entrypoint ? [] : image.command);
    const words = [...entrypoint, ...command].map(inPlace);
    started[name] = [...processes(name), startProcess({ words, env, cwd: isOurs ? app : folder, programs })];
  }

  async function begin(name: string, count: number): Promise<void> {
    const service = serviceOf(file, name);
    if (running(name).length === 0) places.mount(name, service);
    while (running(name).length < count) await start(name, service);
  }

  async function untilReady(name: string): Promise<void> {
    const service = serviceOf(file, name);
    const words = healthCommand(service, image.healthcheck).map((word) => places.local(word, name, service));
    const isOnce = words.length === 0;
    const isWell = async (one: LocalProcess): Promise<boolean> => !isOnce && (await isHealthy(words, one));
    for (const one of isOnce ? processes(name).slice(-1) : running(name)) {
      const until = Date.now() + READY_MS_MAX;
      while (one.exitCode() === undefined && !(await isWell(one))) {
        if (Date.now() > until) throw new Error(`${name} is not ready:\n${one.output()}`);
        await pause(LOOK_MS);
      }
      const code = one.exitCode();
      if (code !== (isOnce ? 0 : undefined)) throw new Error(`${name} ended with ${code}:\n${one.output()}`);
    }
  }

  async function up(variables: Variables = {}, scale: Record<string, number> = {}): Promise<void> {
    file = readCompose(variables);
    const begun: Record<string, Promise<void>> = {};
    const ready: Record<string, Promise<void>> = {};
    const inTurn = async (name: string): Promise<void> => {
      for (const [other, { condition }] of Object.entries(serviceOf(file, name).depends_on)) {
        await (condition === 'service_started' ? begun : ready)[other];
      }
      await begin(name, scale[name] ?? serviceOf(file, name).deploy.replicas);
    };
    for (const name of inOrder(file)) {
      begun[name] = inTurn(name);
      ready[name] = begun[name].then(() => untilReady(name));
    }
    await Promise.all(Object.values(ready));
  }

  async function down(): Promise<Record<string, (number | null)[]>> {
    const codes: Record<string, (number | null)[]> = {};
    for (const name of inOrder(file).toReversed()) {
      const { stop_grace_period = '10s', stop_signal } = serviceOf(file, name);
      const graceMs = Number.parseInt(stop_grace_period, 10) * 1000;
      codes[name] = await Promise.all(running(name).map((one) => one.stop(graceMs, stop_signal)));
    }
    return codes;
  }

  return { ...places, up, down, processes };
}

/** What a service has that does not say otherwise. */
function imageDefaults() {
  const image = readDockerfile().at(-1);
  if (!image) throw new Error('the Dockerfile has no stage');
  return {
    environment: environmentOf(image),
    entrypoint: listOf(image, 'ENTRYPOINT'),
    command: listOf(image, 'CMD'),
    healthcheck: listOf(image, 'HEALTHCHECK'),
  };
}

function serviceOf(file: ComposeFile, name: string): Service {
  const service = file.services[name];
  if (!service) throw new Error(`docker-compose.yml has no service ${name}`);
  return service;
}

/** Each service after those that it needs. */
function inOrder({ services }: ComposeFile): string[] {
  const order: string[] = [];
  const add = (name: string): void => {
    if (order.includes(name)) return;
    for (const other of Object.keys(services[name]?.depends_on ?? {})) add(other);
    order.push(name);
  };
  for (const name of Object.keys(services)) add(name);
  return order;
}

/** Empty for a service that does its work and ends. */
function healthCommand({ healthcheck }: Service, ofImage: string[]): string[] {
  if (healthcheck?.disable === true) return [];
  const test = healthcheck?.test;
  if (typeof test === 'string') return ['sh', '-c', test];
  return test?.slice(1) ?? ofImage;
}
