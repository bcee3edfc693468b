import { compile } from 'svelte/compiler';
import { defineConfig } from 'vite';

/** Stands for `@sveltejs/vite-plugin-svelte`, which an app has. */
const svelte = {
  name: 'svelte',
  transform: (code: string, id: string) =>
    id.endsWith('.svelte') ? compile(code, { filename: id, generate: 'client' }).js : undefined,
};

export default defineConfig({ plugins: [svelte] });
