import { fileURLToPath } from 'node:url';
import terserModule from '@rollup/plugin-terser';
import { rollup } from 'rollup';

/** Trackers that others publish at npm, made into scripts for a tag as ours is: by rollup and terser. */

const ENTRY = 'entry';
/** Its types are those of CommonJS, where the function is one level deeper. */
const terser = terserModule as unknown as typeof terserModule.default;

/**
 * Plausible's, with all that ours does without being asked.
 *
 * @param endpoint where its events go
 */
export function plausibleScript(endpoint: string): Promise<string> {
  const also = { outboundLinks: true, fileDownloads: true, formSubmissions: true };
  const options = { domain: 'shop.example', endpoint, logging: false, ...also };
  return bundled(`import { init } from '@plausible-analytics/tracker'; init(${JSON.stringify(options)});`);
}

/** OpenPanel's, likewise; it has nothing for downloads and forms. `window.op` is what it is called by. */
export function openPanelScript(endpoint: string): Promise<string> {
  const also = { trackScreenViews: true, trackOutgoingLinks: true, trackAttributes: true };
  const options = { apiUrl: endpoint, clientId: 'shop.example', ...also };
  return bundled(`import { OpenPanel } from '@openpanel/web'; window.op = new OpenPanel(${JSON.stringify(options)});`);
}

async function bundled(source: string): Promise<string> {
  const build = await rollup({
    input: ENTRY,
    plugins: [
      {
        name: 'packages',
        resolveId: (id) => (id === ENTRY ? id : /^[@\w]/.test(id) ? fileURLToPath(import.meta.resolve(id)) : null),
        load: (id) => (id === ENTRY ? source : null),
      },
    ],
    // A recorder of sessions, which nothing here asks for.
    external: /replay/,
    onwarn: () => {},
  });
  const { output } = await build.generate({ format: 'iife', plugins: [terser({ ecma: 2020, module: true })] });
  await build.close();
  return output[0].code;
}
