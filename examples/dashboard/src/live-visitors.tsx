import type { Realtime } from './client.ts';
import { useApp } from './context.ts';
import { formatCount } from './format.ts';
import { Popover } from './popover.tsx';

const WIDTH = 240;
const HEIGHT = 48;

/** Who is there now. */
export function LiveVisitors() {
  const { live } = useApp();
  const visitors = live?.visitors ?? 0;
  const shown = live ? formatCount(visitors) : '–';
  return (
    <Popover
      class="live"
      label={`${shown} online: visitors now`}
      button={
        <>
          <span class={visitors > 0 ? 'pulse on' : 'pulse'} aria-hidden="true" />
          <span class="number-text">{shown}</span> <span class="live-word">online</span>
        </>
      }
    >
      {() => (live ? <LastMinutes live={live} /> : <p class="faint">Not known yet.</p>)}
    </Popover>
  );
}

function LastMinutes({ live }: { live: Realtime }) {
  const most = Math.max(1, ...live.pageviews.map(({ pageviews }) => pageviews));
  const total = live.pageviews.reduce((sum, { pageviews }) => sum + pageviews, 0);
  const step = WIDTH / Math.max(1, live.pageviews.length);
  return (
    <>
      <h2 class="box-title">Last 30 minutes</h2>
      <p class="faint">{formatCount(total)} page views, by the minute</p>
      <svg class="minutes" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} width={WIDTH} height={HEIGHT} aria-hidden="true">
        {live.pageviews.map(({ minute, pageviews }, index) => {
          const height = pageviews === 0 ? 2 : Math.max(4, (pageviews / most) * HEIGHT);
          const kind = pageviews === 0 ? 'minute none' : 'minute';
          return (
            <rect
              key={minute}
              class={kind}
              x={index * step}
              y={HEIGHT - height}
              width={step - 2}
              height={height}
              rx="1.5"
            />
          );
        })}
      </svg>
      <h2 class="box-title">Pages of the last 5 minutes</h2>
      {live.pages.length === 0 ? (
        <p class="faint">Nobody is there right now.</p>
      ) : (
        <ul class="now-pages">
          {live.pages.slice(0, 8).map(({ page, visitors }) => (
            <li key={page}>
              <span class="clip" title={page}>
                {page}
              </span>
              <span class="number-text">{formatCount(visitors)}</span>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
