import { SAMPLE_SITE, useApp } from './context.ts';
import { Chevron, Icon, paths } from './icons.tsx';
import { Link } from './link.tsx';
import { Popover } from './popover.tsx';

/** Which site is shown, and the others. */
export function SiteSwitcher() {
  const { sites, state } = useApp();
  return (
    <Popover
      class="sites"
      label={`Site: ${siteName(state.site)}. Choose another`}
      button={
        <>
          <span class="site-name">{siteName(state.site)}</span>
          <Chevron />
        </>
      }
    >
      {(close) => (
        <>
          <ul class="menu">
            {sites.map(({ id, zone }) => (
              <li key={id}>
                <Link
                  class="menu-item"
                  change={{ site: id, welcome: false, demo: false, filters: [], detail: undefined }}
                  current={id === state.site}
                  onGo={close}
                >
                  <span class="menu-name">{siteName(id)}</span>
                  <span class="faint">{zone}</span>
                </Link>
              </li>
            ))}
          </ul>
          <Link class="menu-item menu-last" change={{ welcome: true, demo: false, detail: undefined }} onGo={close}>
            <span class="menu-name">
              <Icon path={paths.plus} /> Add a site
            </span>
          </Link>
        </>
      )}
    </Popover>
  );
}

/** The sample is never shown as if it were somebody's site. */
export function siteName(id: string): string {
  return id === SAMPLE_SITE ? 'Sample data' : id;
}
