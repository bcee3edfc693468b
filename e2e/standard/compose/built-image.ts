import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import dockerignore from '@balena/dockerignore';
import { context, readDockerfile } from './dockerfile.ts';
import type { Stage } from './dockerfile.ts';

/**
 * Does on this machine what `docker build` does: copies what `.dockerignore` leaves, runs what the Dockerfile's stage
 * `build` runs, and lays out what the image holds. Only packages are not installed anew: those of the repository serve.
 *
 * @param folder a new one
 * @returns the folder that is `/app` in the image
 */
export function buildImage(folder: string): string {
  const stages = readDockerfile();
  const image = stages.at(-1);
  const building = stages.find(({ name }) => name === 'build');
  if (!image || !building) throw new Error('the Dockerfile has no stage "build"');
  const [from, app] = [join(folder, 'build'), join(folder, 'app')];
  build(building, from);
  mkdirSync(app);
  for (const { keyword, flags, text } of image.instructions) {
    if (keyword !== 'COPY') continue;
    const paths = text.split(' ').map((path) => path.replace(/^\/app\//, ''));
    const target = paths.pop() ?? '';
    for (const path of paths) {
      // The last part of a folder's path is not kept, that of a file's is where the target ends with a slash.
      const to = join(app, target.endsWith('/') ? join(target, path.split('/').at(-1) ?? '') : target);
      if (flags.includes('--from=build')) cpSync(join(from, path), to, { recursive: true });
      else symlinkSync(join(context, path), to);
    }
  }
  return app;
}

function build({ instructions }: Stage, folder: string): void {
  mkdirSync(folder);
  for (const { keyword, text } of instructions) {
    if (keyword === 'COPY' && text === '. .') {
      for (const file of filesForDocker()) cpSync(join(context, file), join(folder, file));
    } else if (keyword === 'RUN' && text.startsWith('npm ci')) {
      symlinkSync(join(context, 'node_modules'), join(folder, 'node_modules'));
    } else if (keyword === 'RUN') {
      const { status, stdout, stderr } = spawnSync('sh', ['-c', text], {
        cwd: folder,
        env: plainEnvironment(),
        encoding: 'utf8',
      });
      if (status !== 0) throw new Error(`RUN ${text}: ${status}\n${stdout}${stderr}`);
    }
  }
}

/** With this process's Node.js first, and nothing else of what a test is told. */
function plainEnvironment(): NodeJS.ProcessEnv {
  const { PATH, HOME } = process.env;
  return { PATH: [dirname(process.execPath), PATH].join(delimiter), HOME };
}

/** Whether `.dockerignore` keeps a path out. */
export function ignoredByDocker(): (path: string) => boolean {
  const patterns = readFileSync(join(context, '.dockerignore'), 'utf8');
  // Its types tell of a module of the newer kind, which it is not.
  const ignore = dockerignore.default().add(patterns);
  return (path) => ignore.ignores(path);
}

/** Of packages and history, which are many, `files.test.ts` sees that they are kept out. */
function filesForDocker(): string[] {
  const ignores = ignoredByDocker();
  const all = (folder: string): string[] =>
    readdirSync(join(context, folder), { withFileTypes: true }).flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.name === 'node_modules' || entry.name === '.git') return [];
      if (entry.isDirectory()) return all(path);
      return ignores(path) ? [] : [path];
    });
  return all('.');
}
