import terser from '@rollup/plugin-terser';
import typescript from '@rollup/plugin-typescript';

/** Private members begin with `_`; all else keeps its name. */
const small = terser({
  ecma: 2020,
  module: true,
  compress: { passes: 3, negate_iife: false, pure_getters: true, unsafe_arrows: true, unsafe_methods: true },
  mangle: { properties: { regex: /^_/ } },
});

/** The scripts of the tag. `s.full.js` is what the limit of the size is about, and nobody loads it. */
const tags = { default: 's.js', core: 's.core.js', full: 's.full.js', all: 's.all.js' };

/** Those whose limits are promises have no byte left for the line below. */
const isOfLimit = new Set(['core', 'full']);

/**
 * Has Chromium compile all functions while the script comes in, beside the page's main thread, and not one by one on it: most are called
 * at once. Source: V8's explicit compile hints.
 *
 * @type {import('rollup').Plugin}
 */
const hint = { name: 'hint', renderChunk: (code) => `//# allFunctionsCalledOnLoad\n${code}` };

const types = { tsconfig: 'tsconfig.build.json', noEmitOnError: true };

/**
 * The scripts for the tag and the module for npm, of one code. `--configDist FOLDER` says where to.
 *
 * @param {{ configDist?: string }} args
 * @returns {import('rollup').RollupOptions[]}
 */
// oxlint-disable-next-line import/no-default-export -- that is where rollup looks for it.
export default function outputs({ configDist: dist = 'dist' }) {
  return [
    {
      // The second has types, and no code.
      input: ['src/index.ts', 'src/tag.ts'],
      output: { dir: dist, format: 'es' },
      plugins: [typescript({ ...types, declaration: true, declarationDir: dist }), small],
    },
    {
      input: 'src/react.ts',
      // A bundler makes it small. Next.js draws on the server what does not say that it is the browser's.
      output: { file: `${dist}/react.js`, format: 'es', banner: "'use client';" },
      external: ['footfall-sdk', 'react'],
      plugins: [typescript({ ...types, noCheck: true })],
    },
    ...Object.entries(tags).map(([input, name]) => ({
      input: `src/tags/${input}.ts`,
      output: { file: `${dist}/${name}`, format: 'iife' },
      // The types were checked for the module.
      plugins: [typescript({ ...types, noCheck: true }), small, ...(isOfLimit.has(input) ? [] : [hint])],
    })),
  ];
}
