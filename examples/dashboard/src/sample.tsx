import { useState } from 'preact/hooks';
import { messageOf } from './client.ts';
import { SAMPLE_SITE, useApp } from './context.ts';
import { anythingQuestion } from './questions.ts';

const LOOK_MS = 300;
const LOOKS_MAX = 100;

/** Makes or removes the sample data, and tells how it goes. */
export function useSample() {
  const { client, go, reloadSites } = useApp();
  const [state, setState] = useState<'idle' | 'busy'>('idle');
  const [error, setError] = useState('');

  async function run(work: () => Promise<void>): Promise<void> {
    setState('busy');
    setError('');
    try {
      await work();
    } catch (thrown) {
      setError(messageOf(thrown));
    }
    setState('idle');
  }

  const add = (): Promise<void> =>
    run(async () => {
      await untilCounted(await client.addSample());
      await reloadSites();
      go({ site: SAMPLE_SITE, welcome: false, demo: false, filters: [], detail: undefined });
    });

  const remove = (): Promise<void> =>
    run(async () => {
      await client.removeSample();
      await reloadSites();
      go({ site: '', welcome: true, filters: [], detail: undefined });
    });

  /** The worker takes a moment; nobody should see a page half full. */
  async function untilCounted(events: number): Promise<void> {
    for (let looks = 0; looks < LOOKS_MAX; looks++) {
      const answer = await client.query(anythingQuestion(SAMPLE_SITE)).catch(() => undefined);
      if ((answer?.results[0]?.metrics[0] ?? 0) >= events) return;
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }

  return { busy: state === 'busy', error, add, remove };
}

/** Above everything that is made up. */
export function SampleBanner() {
  const { setup } = useApp();
  const { busy, error, remove } = useSample();
  return (
    <aside class="banner" aria-label="Sample data">
      <p>
        <b>This is sample data.</b> Nobody made these visits; they show what a month looks like.
        {error !== '' && <span class="bad"> {error}</span>}
      </p>
      {setup?.sample && (
        <button type="button" class="button" disabled={busy} onClick={() => void remove()}>
          {busy ? 'Removing…' : 'Remove sample data'}
        </button>
      )}
    </aside>
  );
}
