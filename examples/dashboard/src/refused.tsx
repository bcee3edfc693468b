import { useEffect, useState } from 'preact/hooks';
import type { Refused as Answer } from './client.ts';
import { messageOf } from './client.ts';
import { useApp } from './context.ts';
import { formatCount, formatMoment } from './format.ts';
import { Chevron } from './icons.tsx';
import { wordsOfReason } from './reasons.ts';
import { Bar } from './rows.tsx';
import { valueName } from './words.ts';

/** While it is shown: what is refused does not change the numbers, so nothing else says that there is something new. */
const LOOK_MS = 5000;

/**
 * What was not counted, by reason, and the last of it. Filters do not apply: of what was not counted little is known.
 *
 * @param dates of the period, both included; undefined: not known yet
 */
export function Refused({ dates }: { dates: [string, string] | undefined }) {
  const { state, go } = useApp();
  const { answer, error } = useRefused(state.site, dates, state.refused);
  const counts = answer && countsOf(answer);
  const all = counts?.reduce((sum, [, count]) => sum + count, 0);
  return (
    <section class="card refused" aria-label="Not counted">
      <h2>
        <button
          type="button"
          class="refused-head"
          aria-expanded={state.refused}
          onClick={() => go({ refused: !state.refused }, 'replace')}
        >
          <Chevron direction={state.refused ? 'down' : 'right'} />
          Not counted
          <span class="faint refused-sum">{all !== undefined && `${formatCount(all)} in this period`}</span>
        </button>
      </h2>
      {state.refused && error !== undefined && <p class="nothing">{error}</p>}
      {state.refused && counts && (
        <div class="refused-body">
          <Reasons counts={counts} />
          <Last last={answer.last} />
        </div>
      )}
    </section>
  );
}

interface Kept {
  site: string;
  answer?: Answer;
  error?: string;
}

/** Asks for a period once, and again and again while it is shown and seen. The answer before stays until there is a new one. */
function useRefused(site: string, dates: [string, string] | undefined, shown: boolean): Partial<Kept> {
  const { client } = useApp();
  const [kept, keep] = useState<Kept>({ site });

  useEffect(() => {
    if (!dates) return undefined;
    const stop = new AbortController();
    const ask = ([from, to]: [string, string]): void => {
      client.refused(site, from, to, stop.signal).then(
        (answer) => keep({ site, answer }),
        (thrown: unknown) => {
          if (!stop.signal.aborted)
            keep((before) => ({ ...(before.site === site && before), site, error: messageOf(thrown) }));
        },
      );
    };
    ask(dates);
    const timer = shown
      ? setInterval(() => {
          if (document.visibilityState === 'visible') ask(dates);
        }, LOOK_MS)
      : undefined;
    return () => {
      stop.abort();
      clearInterval(timer);
    };
  }, [client, site, dates?.join(), shown]);
  return kept.site === site ? kept : {};
}

/** By reason, the most frequent first. */
function countsOf({ refused }: Answer): [reason: string, count: number][] {
  const counts = new Map<string, number>();
  for (const { reason, count } of refused) counts.set(reason, (counts.get(reason) ?? 0) + count);
  return [...counts].sort((a, b) => b[1] - a[1]);
}

function Reasons({ counts }: { counts: [reason: string, count: number][] }) {
  if (counts.length === 0) return <p class="nothing">Nothing was refused in this period.</p>;
  const most = counts[0]?.[1] ?? 1;
  return (
    <ul class="reasons" aria-label="Reasons">
      {counts.map(([reason, count]) => {
        const [name, meaning] = wordsOfReason(reason);
        return (
          <li key={reason} class="row">
            <Bar share={count / most} />
            <span class="row-name">
              {name} <span class="faint reason-meaning">{meaning}</span>
            </span>
            <span class="row-value">{formatCount(count)}</span>
          </li>
        );
      })}
    </ul>
  );
}

/** Whatever the period is. */
function Last({ last }: { last: Answer['last'] }) {
  if (last.length === 0) return <p class="nothing">No recent ones.</p>;
  return (
    <div class="table-place" tabIndex={0} role="region" aria-label="The last ones">
      <table>
        <thead>
          <tr>
            <th scope="col">Last</th>
            <th scope="col">Reason</th>
            <th scope="col">Page</th>
            <th scope="col">Visitor</th>
          </tr>
        </thead>
        <tbody>
          {last.map((one, index) => (
            <tr key={index}>
              <td>{formatMoment(one.time)}</td>
              <td>{wordsOfReason(one.reason)[0]}</td>
              <th scope="row">{`${one.hostname ?? ''}${one.path ?? ''}` || <span class="faint">{one.field}</span>}</th>
              <td>{visitorOf(one)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Browser, system and country, as far as they are known. */
function visitorOf({ browser, os, country }: Answer['last'][number]): string {
  return [browser, os, country && valueName('country', country)].filter(Boolean).join(', ');
}
