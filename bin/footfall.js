#!/usr/bin/env node
// Plain JavaScript without anything new in it, so that an old Node.js comes far enough to say what is missing.
const NODE_MAJOR_MIN = 24;

if (Number.parseInt(process.versions.node, 10) < NODE_MAJOR_MIN) {
  console.error(`footfall needs Node.js ${NODE_MAJOR_MIN} or later; this is ${process.version} (${process.execPath}).`);
  console.error(
    'Install a newer one (https://nodejs.org), or run it by npm: npx -p node@24 -p footfall footfall start',
  );
  process.exitCode = 1;
} else {
  const { run } = await import('../dist/server/cli.js');
  process.exitCode = await run(process.argv.slice(2));
}
