import { spawnSync } from 'node:child_process';

/**
 * A program that a test needs, by its name, which is that of its Debian package, too: installed where that needs no question.
 *
 * @throws Error that says what to install
 */
export function debianTool(name: string): string {
  const has = (what: string): boolean => spawnSync('sh', ['-c', `command -v ${what}`]).status === 0;
  if (!has(name) && process.getuid?.() === 0 && has('apt-get')) {
    console.log(`> install ${name}`);
    const install = `apt-get update -qq && apt-get install -y -qq --no-install-recommends ${name}`;
    spawnSync('sh', ['-c', install], { stdio: 'inherit', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
  }
  if (!has(name)) throw new Error(`This test needs ${name}: install it (Debian, Ubuntu: apt-get install ${name}).`);
  return name;
}
