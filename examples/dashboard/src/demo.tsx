import type { ComponentChildren } from 'preact';
import { useApp } from './context.ts';
import { Icon, paths } from './icons.tsx';
import { Link } from './link.tsx';

/** The demo site beside its dashboard. */
export function Demo({ url, children }: { url: string; children: ComponentChildren }) {
  const { state } = useApp();
  return (
    <div class="split">
      <section class="split-demo" aria-label="Demo site">
        <div class="split-bar">
          <span class="faint">A demo site, with the script on it: click around</span>
          <a class="text-link" href={url} target="_blank" rel="noopener">
            In a new tab
          </a>
          <Link class="button plain" change={{ ...state, demo: false }} label="Close the demo site">
            <Icon path={paths.close} />
          </Link>
        </div>
        <iframe src={url} title="Demo site" />
      </section>
      <div class="split-dashboard">{children}</div>
    </div>
  );
}
