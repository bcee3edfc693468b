import { mkdirSync, readdirSync, symlinkSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { freePort } from '../../../adapters/free-port.contract.ts';
import type { ComposeFile, Service } from './compose-file.ts';

/** What containers have of their own, and this machine has in another place. */
export interface Places {
  /** The text of a service, as it has to be here. */
  local(text: string, name: string, service: Service): string;
  /** Makes the folders of a service, as its container has them: with the volumes in their places. */
  mount(name: string, service: Service): void;
  volume(name: string): string;
  ports: { redis: number; mongodb: number };
  /** Files that were written outside of every volume. */
  strays(): string[];
}

export async function newPlaces(folder: string, { volumes }: ComposeFile): Promise<Places> {
  const ports = { redis: await freePort(), mongodb: await freePort() };
  const volume = (name: string): string => join(folder, 'volumes', name);
  const containers = join(folder, 'containers');
  for (const name of Object.keys(volumes)) mkdirSync(volume(name), { recursive: true });
  mkdirSync(containers);

  return {
    volume,
    ports,
    local(text, name, service) {
      const here = text
        .replace(/^\/(?=(data|secrets)(\/|$))/, () => `${join(containers, name)}/`)
        .replaceAll(/\b(redis|mongodb):(?=\d)/g, '127.0.0.1:')
        .replaceAll(/\b6379\b/g, String(ports.redis))
        .replaceAll(/\b27017\b/g, String(ports.mongodb));
      // What no port is published of is reached by the other services only.
      return service.ports.length === 0 ? here.replaceAll('0.0.0.0', '127.0.0.1') : here;
    },
    mount(name, service) {
      rmSync(join(containers, name), { recursive: true, force: true });
      for (const mount of service.volumes) {
        const [source = '', path = ''] = mount.split(':');
        mkdirSync(dirname(join(containers, name, path)), { recursive: true });
        symlinkSync(volume(source), join(containers, name, path));
      }
    },
    strays: () => filesIn(containers),
  };
}

/** Without what links lead to: those are the volumes. */
function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesIn(path);
    return entry.isSymbolicLink() ? [] : [path];
  });
}
