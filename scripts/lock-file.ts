interface LockedPackage {
  version?: string;
  resolved?: string;
  dev?: boolean;
  optionalDependencies?: Record<string, string>;
}

/** `package-lock.json`, as far as it is looked at here. */
export interface Lock {
  packages: Record<string, LockedPackage>;
}

interface Missing {
  name: string;
  version: string;
  dev: boolean;
}

const systems = ['android', 'darwin', 'freebsd', 'linux', 'openbsd', 'openharmony', 'win32'];
const processors = ['arm', 'arm64', 'ia32', 'loong64', 'ppc64', 'riscv64', 's390x', 'x64'];
const libraries: Record<string, string> = { gnu: 'glibc', gnueabihf: 'glibc', musl: 'musl', musleabihf: 'musl' };

/** The optional packages (binaries of one platform each) that a package of the lock names and the lock lacks. */
export function missingOf(lock: Lock): Missing[] {
  return Object.entries(lock.packages).flatMap(([path, { dev = false, optionalDependencies = {} }]) =>
    Object.entries(optionalDependencies)
      .filter(([name]) => !lock.packages[`${path}/node_modules/${name}`] && !lock.packages[`node_modules/${name}`])
      .map(([name, version]) => ({ name, version, dev })),
  );
}

/**
 * The lock with an entry for each of those. npm leaves one out when the registry in use does not have it, as a mirror
 * may not for other platforms, and then `npm ci` refuses the lock wherever the registry does. The platform is read from the
 * package's name; the hash is not known, and npm adds it at the next install from a registry that has it.
 *
 * @throws Error when a name does not tell its platform, or a version is not one exact version
 *
 * @example
 * completed(JSON.parse(text) as Lock);
 */
export function completed(lock: Lock): Lock {
  const added = missingOf(lock).map(({ name, version, dev }) => {
    if (!/^\d+\.\d+\.\d+[^ ]*$/.test(version)) throw new Error(`${name}: ${version} is not one version`);
    const { cpu, libc, os } = platformOf(name);
    const isDev = dev ? { dev } : {};
    return [`node_modules/${name}`, { version, cpu, ...isDev, ...libc, optional: true, os }] as const;
  });
  const packages = [...Object.entries(lock.packages), ...added].sort(([a], [b]) => a.localeCompare(b, 'en'));
  return { ...lock, packages: Object.fromEntries<LockedPackage>(packages) };
}

function platformOf(name: string): { cpu: string[]; libc: { libc?: string[] }; os: string[] } {
  const words = name.split(/[-/]/);
  const os = words.find((word) => systems.includes(word));
  const cpu = words.find((word) => processors.includes(word));
  const libc = words.map((word) => libraries[word]).find((library) => library !== undefined);
  if (os === undefined || cpu === undefined) throw new Error(`${name}: the name does not tell its platform`);
  return { cpu: [cpu], libc: libc === undefined ? {} : { libc: [libc] }, os: [os] };
}
