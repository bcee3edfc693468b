import { useEffect } from 'preact/hooks';
import { useApp } from './context.ts';
import { Logo } from './icons.tsx';
import { Link } from './link.tsx';
import { SiteSwitcher } from './site-switcher.tsx';
import { ThemeSwitch } from './theme.tsx';

const LOOK_MS = 1000;

/** In place of the numbers of a site that is not there: it may come into being with its first event. */
export function Absent({ isDemo }: { isDemo: boolean }) {
  const { state, reloadSites } = useApp();
  useEffect(() => {
    document.title = `${state.site} · Footfall`;
    const timer = setInterval(() => void reloadSites().catch(() => undefined), LOOK_MS);
    return () => clearInterval(timer);
  }, [reloadSites, state.site]);

  return (
    <div class="dashboard">
      <header class="header">
        <div class="header-site">
          <Link class="home" change={{ welcome: true, demo: false }} label="Start page">
            <Logo />
          </Link>
          <SiteSwitcher />
        </div>
        <div class="header-tools">
          <ThemeSwitch />
        </div>
      </header>
      <main class="absent">
        <span class="pulse on" aria-hidden="true" />
        <h1>{isDemo ? 'Waiting for the first visit' : `No site is called ${state.site}`}</h1>
        <p class="faint" role="status">
          {isDemo
            ? 'The demo site is loading. Its first page view is here in a moment.'
            : 'It is shown here as soon as it has its first event. The start page has the line for its pages.'}
        </p>
        {!isDemo && (
          <Link class="button strong" change={{ welcome: true }}>
            Start page
          </Link>
        )}
      </main>
    </div>
  );
}
