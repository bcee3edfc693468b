import { useEffect, useState } from 'preact/hooks';
import { Checks } from './checks.tsx';
import { SAMPLE_SITE, useApp } from './context.ts';
import { Logo } from './icons.tsx';
import { Link } from './link.tsx';
import { useSample } from './sample.tsx';
import { Snippet } from './snippet.tsx';
import { siteName } from './site-switcher.tsx';
import { ThemeSwitch } from './theme.tsx';

/** The start page: how the first visit gets here. */
export function Welcome() {
  const { sites, state } = useApp();
  const own = sites.filter(({ id }) => id !== SAMPLE_SITE);
  const known = own.some(({ id }) => id === state.site) ? state.site : own.find(({ id }) => id !== 'demo')?.id;
  const [site, setSite] = useState(known ?? 'example.com');

  useEffect(() => {
    document.title = 'Start · Footfall';
  }, []);

  return (
    <div class="welcome">
      <header class="header">
        <div class="header-site">
          <Logo />
          <span class="brand">Footfall</span>
        </div>
        <div class="header-tools">
          {sites.slice(0, 3).map(({ id }) => (
            <Link key={id} class="button" change={{ site: id, welcome: false, demo: false }}>
              {siteName(id)}
            </Link>
          ))}
          <ThemeSwitch />
        </div>
      </header>
      <main>
        <div class="hero">
          <h1>Footfall is running.</h1>
          <p>Put one line on a page, open that page, and its visit is here within two seconds.</p>
        </div>
        <div class="welcome-grid">
          <div class="welcome-main">
            <Snippet site={site} onSite={setSite} />
            <Checks site={site} key={site} />
          </div>
          <aside class="welcome-side" aria-label="Without a page of your own">
            <h2>No page at hand?</h2>
            <DemoCard />
            <SampleCard />
          </aside>
        </div>
      </main>
    </div>
  );
}

function DemoCard() {
  const { setup } = useApp();
  if (!setup?.demo) return null;
  return (
    <section class="card offer">
      <Steps />
      <h3>Visit a demo site</h3>
      <p>
        A small website with the script on it, beside the dashboard. Click around in it, and watch yourself being
        counted.
      </p>
      <Link
        class="button strong"
        change={{ welcome: false, demo: true, site: setup.demo.site_id, range: 'day', filters: [], detail: undefined }}
      >
        Open the demo site
      </Link>
    </section>
  );
}

function SampleCard() {
  const { setup, sites } = useApp();
  const { busy, error, add, remove } = useSample();
  if (!setup?.sample) return null;
  const present = sites.some(({ id }) => id === SAMPLE_SITE);
  return (
    <section class="card offer">
      <Month />
      <h3>Look at a month of sample data</h3>
      <p>Made-up visits under a site of their own, marked as such everywhere. One click takes them away again.</p>
      {present ? (
        <p class="offer-buttons">
          <Link class="button strong" change={{ site: SAMPLE_SITE, welcome: false, demo: false }}>
            Show it
          </Link>
          <button type="button" class="button" disabled={busy} onClick={() => void remove()}>
            {busy ? 'Removing…' : 'Remove it'}
          </button>
        </p>
      ) : (
        <button type="button" class="button strong" disabled={busy} onClick={() => void add()}>
          {busy ? 'Making it…' : 'Add sample data'}
        </button>
      )}
      {error !== '' && (
        <p class="bad" role="alert">
          {error}
        </p>
      )}
    </section>
  );
}

/** Footsteps from page to page. */
function Steps() {
  return (
    <svg class="picture" viewBox="0 0 200 56" width="200" height="56" aria-hidden="true">
      {[0, 1, 2, 3, 4, 5, 6].map((step) => {
        const x = 14 + step * 28;
        const y = step % 2 === 0 ? 19 : 37;
        const kind = step > 4 ? 'picture-mark soft' : 'picture-mark';
        return (
          <g key={step} class={kind} transform={`translate(${x} ${y}) rotate(${step % 2 === 0 ? 84 : 96})`}>
            <ellipse cx="0" cy="-4" rx="4" ry="6" />
            <ellipse cx="0.6" cy="6" rx="2.8" ry="2.8" />
          </g>
        );
      })}
    </svg>
  );
}

/** A month of bars. */
function Month() {
  const heights = [
    20, 24, 26, 25, 22, 13, 12, 24, 28, 31, 29, 27, 15, 14, 29, 33, 36, 34, 30, 18, 17, 33, 38, 42, 40, 36, 21, 20,
  ];
  return (
    <svg class="picture" viewBox="0 0 200 56" width="200" height="56" aria-hidden="true">
      {heights.map((height, index) => (
        <rect key={index} class="picture-mark" x={index * 7} y={52 - height} width="4.5" height={height} rx="1.5" />
      ))}
    </svg>
  );
}
