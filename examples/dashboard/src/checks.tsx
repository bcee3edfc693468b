import { useApp } from './context.ts';
import { formatCount } from './format.ts';
import { Icon, paths } from './icons.tsx';
import { Link } from './link.tsx';
import { useChecks } from './use-checks.ts';
import type { Check } from './use-checks.ts';

/** Turns green, one after the other, as the first event makes its way. */
export function Checks({ site }: { site: string }) {
  const { state } = useApp();
  const { checks, pageviews } = useChecks(site);
  const done = checks.every(({ status }) => status === 'done');
  return (
    <section class="card step">
      <h2>
        <span class="step-number">2</span> Open a page of yours
      </h2>
      <div role="status">
        <ul class="checks" aria-label="What has happened so far">
          {checks.map((check) => (
            <OneCheck key={check.name} check={check} />
          ))}
        </ul>
      </div>
      {done ? (
        <p class="step-done">
          <Link class="button strong" change={{ ...state, site, welcome: false, demo: false, range: 'day' }}>
            Open the dashboard
          </Link>
          <span class="faint">
            {formatCount(pageviews)} {pageviews === 1 ? 'page view' : 'page views'} in the last 24 hours
          </span>
        </p>
      ) : (
        <p class="faint">
          Nothing yet? The browser's console on your page says why: on localhost by itself, elsewhere with{' '}
          <code>?footfall</code> at the end of the address.
        </p>
      )}
    </section>
  );
}

const words = { done: 'Done', waiting: 'Waiting', failed: 'Not done' };

function OneCheck({ check: { name, status, detail } }: { check: Check }) {
  return (
    <li class={`check ${status}`}>
      <span class="check-mark" aria-hidden="true">
        {status === 'done' && <Icon path={paths.check} />}
        {status === 'failed' && <Icon path={paths.close} />}
      </span>
      <span>
        <span class="check-name">
          {name}
          <span class="hidden">: {words[status]}</span>
        </span>
        {detail !== '' && <span class="faint check-detail">{detail}</span>}
      </span>
    </li>
  );
}
