import { useEffect, useState } from 'preact/hooks';
import type { Dimension } from '../../../core/question.ts';
import { useApp } from './context.ts';
import { Panel } from './panel.tsx';
import { panels } from './questions.ts';
import { GhostRows } from './rows.tsx';

/** Custom events, and beside them the properties they carry: of the one that is filtered by, or of all. */
export function EventPanels() {
  const { client, state, tick } = useApp();
  const [names, setNames] = useState<string[]>();
  const event = state.filters.find(([operator, dimension]) => operator === 'is' && dimension === 'event')?.[2][0] ?? '';

  useEffect(() => {
    const stop = new AbortController();
    client.properties(state.site, event, stop.signal).then(
      (found) => setNames(found.map(({ name }) => name)),
      // The panel beside it says what is wrong.
      () => undefined,
    );
    return () => stop.abort();
  }, [client, state.site, event, tick]);

  const [first, ...others] = names?.map((name): Dimension => `property:${name}`) ?? [];
  return (
    <>
      <Panel name="events" dimensions={panels.events} />
      {first ? (
        <Panel name="properties" title="Properties" dimensions={[first, ...others]} />
      ) : (
        <section class="card panel" aria-label="Properties">
          <div class="tabs">
            <span class="tabs-title faint">Properties</span>
          </div>
          {names ? (
            <p class="rows nothing">
              None yet. An event can carry some: <code>footfall('signup', &#123; plan: 'team' &#125;)</code>
            </p>
          ) : (
            <GhostRows />
          )}
          <div class="panel-foot" />
        </section>
      )}
    </>
  );
}
