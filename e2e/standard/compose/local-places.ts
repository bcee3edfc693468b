import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { keptPort } from './kept-port.ts';
import type { ComposeFile, Service } from './compose-file.ts';
import { context } from './dockerfile.ts';

/** What containers have of their own, and this machine has in another place. */
export interface Places {
  /** The text of a service, as it has to be here. */
  local(text: string, name: string, service: Service): string;
  /** Makes the folders of a service, as its container has them: with the volumes and settings in their places. */
  mount(name: string, service: Service): void;
  /** What stands in a file of the volumes of secrets, such as `footfall/store-url`. */
  secret(name: string): string;
  ports: Record<'redis' | 'mongodb' | 'kafka', number>;
  /** What several containers listen on, each at its own address: a port for each. */
  ownPort(name: string): { PORT?: string };
  /** Files that were written outside of every volume. */
  strays(): string[];
}

/** What the collectors of the profile `scale` call containers' networks. */
const CONTAINERS = '172.16.0.0/12';

/** @param folders paths of images, and where they are here */
export async function newPlaces(
  folder: string,
  { volumes, configs }: Pick<ComposeFile, 'volumes' | 'configs'>,
  folders: Record<string, string> = {},
): Promise<Places> {
  const ports = { redis: await keptPort(), mongodb: await keptPort(), kafka: await keptPort() };
  const numbers: Record<string, number> = { 6379: ports.redis, 27017: ports.mongodb, 9092: ports.kafka };
  for (const number of [9093, 9094]) numbers[number] = await keptPort();
  const own: Record<string, number> = { 'collector-1': await keptPort(), 'collector-2': await keptPort() };
  const volume = (name: string): string => join(folder, 'volumes', name);
  const containers = join(folder, 'containers');
  const memory = join(folder, 'memory');
  const settings = join(folder, 'settings');
  for (const name of Object.keys(volumes)) mkdirSync(volume(name), { recursive: true });
  mkdirSync(containers);

  /** Where a service's own paths are here; the longer one first, where one lies in another. */
  function pathsOf(name: string, service: Service): [string, string][] {
    const within = (part: string, paths: string[]) =>
      paths.map((path): [string, string] => [path, join(part, name, path)]);
    const all = [
      ...within(containers, ['/data', '/secrets', ...service.volumes.map(targetOf)]),
      ...within(memory, service.tmpfs.map(withoutOptions)),
      ...within(
        settings,
        service.configs.map(({ target }) => target),
      ),
    ];
    return [...all, ...Object.entries(folders)].sort(([a], [b]) => b.length - a.length);
  }

  function local(text: string, name: string, service: Service): string {
    const paths = new Map(pathsOf(name, service));
    // In one go, for what is put in may look like what is looked for.
    const path = new RegExp(`(?<![\\w./-])(${[...paths.keys()].join('|')})(?![\\w.-])`, 'g');
    const here = text
      .replaceAll(path, (found) => paths.get(found) ?? found)
      .replaceAll(/\b(collector-\d):(\d+|\$\{PORT\})/g, (_, other: string) => `127.0.0.1:${own[other]}`)
      .replaceAll(/\b(redis|mongodb|kafka):(?=\d)/g, '127.0.0.1:')
      .replaceAll(/\b(6379|27017|909[234])\b/g, (number) => String(numbers[number]))
      .replaceAll(CONTAINERS, '127.0.0.0/8');
    // What no port is published of is reached by the other services only.
    return service.ports.length === 0 ? here.replaceAll(/(?<!\d)0\.0\.0\.0/g, '127.0.0.1') : here;
  }

  return {
    local,
    secret: (name) => readFileSync(join(folder, 'volumes', `secrets-${name}`), 'utf8'),
    ports,
    ownPort: (name) => (own[name] === undefined ? {} : { PORT: String(own[name]) }),
    mount(name, service) {
      for (const part of [containers, memory, settings]) rmSync(join(part, name), { recursive: true, force: true });
      for (const mount of service.volumes) {
        const at = join(containers, name, targetOf(mount));
        mkdirSync(dirname(at), { recursive: true });
        symlinkSync(volume(mount.split(':')[0] ?? ''), at);
      }
      for (const path of service.tmpfs) mkdirSync(join(memory, name, withoutOptions(path)), { recursive: true });
      for (const { source, target } of service.configs) {
        const at = join(settings, name, target);
        mkdirSync(dirname(at), { recursive: true });
        const text = readFileSync(join(context, configs[source]?.file ?? ''), 'utf8');
        writeFileSync(at, local(text, name, service));
      }
    },
    strays: () => filesIn(containers),
  };
}

/** `volume:/path:ro` */
function targetOf(mount: string): string {
  return mount.split(':')[1] ?? '';
}

/** `/path:exec` */
function withoutOptions(path: string): string {
  return path.split(':')[0] ?? '';
}

/** Without what links lead to: those are the volumes. */
function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesIn(path);
    return entry.isSymbolicLink() ? [] : [path];
  });
}
