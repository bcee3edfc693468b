import terser from '@rollup/plugin-terser';
import typescript from '@rollup/plugin-typescript';

/** Private members begin with `_`; all else keeps its name. */
const small = terser({
  ecma: 2020,
  module: true,
  compress: { passes: 3, pure_getters: true },
  mangle: { properties: { regex: /^_/ } },
});

const types = { tsconfig: 'tsconfig.build.json', noEmitOnError: true };

/**
 * The script for the tag and the module for npm, of one code. `--configDist FOLDER` says where to.
 *
 * @param {{ configDist?: string }} args
 * @returns {import('rollup').RollupOptions[]}
 */
// oxlint-disable-next-line import/no-default-export -- that is where rollup looks for it.
export default function outputs({ configDist: dist = 'dist' }) {
  return [
    {
      input: 'src/index.ts',
      output: { dir: dist, format: 'es' },
      plugins: [typescript({ ...types, declaration: true, declarationDir: dist }), small],
    },
    {
      input: 'src/tag.ts',
      output: { file: `${dist}/s.js`, format: 'iife' },
      // The types were checked for the module.
      plugins: [typescript({ ...types, noCheck: true }), small],
    },
  ];
}
