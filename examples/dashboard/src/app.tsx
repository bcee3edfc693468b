import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { useAddress } from './address.ts';
import { Absent } from './absent.tsx';
import { ApiError, createClient } from './client.ts';
import type { Client, Setup, SiteInfo } from './client.ts';
import { AppContext, SAMPLE_SITE } from './context.ts';
import { Dashboard } from './dashboard.tsx';
import { Demo } from './demo.tsx';
import { useLive } from './live.ts';
import { TokenForm, Trouble } from './notices.tsx';
import { anythingQuestion } from './questions.ts';
import type { Session } from './session.ts';
import { Welcome } from './welcome.tsx';

const RETRY_MS = 1000;

interface Known {
  sites: SiteInfo[];
  setup: Setup | undefined;
  /** The site that is shown where the address names none; undefined: none has any event yet. */
  first: string | undefined;
}

/** The whole page. */
export function App({ session }: { session: Session }) {
  const [state, go] = useAddress();
  const [denied, setDenied] = useState<'no' | 'yes' | 'wrong'>('no');
  const [known, setKnown] = useState<Known>();
  const [error, setError] = useState<ApiError>();
  const pending = useRef(0);
  const client = useMemo(
    () => watched(createClient('api/v1', session.token), pending, () => setDenied(session.token() ? 'wrong' : 'yes')),
    [session],
  );

  const reloadSites = useCallback(async () => setKnown(await look(client)), [client]);
  useEffect(() => {
    if (denied !== 'no') return undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    async function begin(): Promise<void> {
      try {
        await reloadSites();
        setError(undefined);
      } catch (thrown) {
        if (!(thrown instanceof ApiError) || thrown.status === 401) return;
        setError(thrown);
        timer = setTimeout(() => void begin(), RETRY_MS);
      }
    }
    void begin();
    return () => clearTimeout(timer);
  }, [reloadSites, denied]);

  const site = state.site || known?.first || '';
  const welcome = state.welcome || (known !== undefined && site === '');
  const isThere = known?.sites.some(({ id }) => id === site) ?? false;
  const live = useLive(client, isThere && denied === 'no' && !welcome ? site : '', () => pending.current > 0);

  if (denied !== 'no') {
    return (
      <TokenForm
        wrong={denied === 'wrong'}
        onToken={(token) => {
          session.keep(token);
          setDenied('no');
        }}
      />
    );
  }
  if (!known)
    return error ? (
      <main class="alone">
        <Trouble error={error} />
      </main>
    ) : null;
  const app = { client, go, reloadSites, ...known, state: { ...state, site }, tick: live.tick, live: live.realtime };
  return (
    <AppContext.Provider value={app}>
      {page(welcome, isThere, state.demo ? known.setup?.demo?.url : undefined)}
    </AppContext.Provider>
  );
}

function page(welcome: boolean, isThere: boolean, demoUrl: string | undefined) {
  if (welcome) return <Welcome />;
  const numbers = isThere ? <Dashboard /> : <Absent isDemo={demoUrl !== undefined} />;
  return demoUrl === undefined ? numbers : <Demo url={demoUrl}>{numbers}</Demo>;
}

async function look(client: Client): Promise<Known> {
  const [sites, setup] = await Promise.all([client.sites(), client.setup().catch(() => undefined)]);
  // What is somebody's own comes before what is made up.
  const order = [...sites].sort((a, b) => Number(a.id === SAMPLE_SITE) - Number(b.id === SAMPLE_SITE));
  for (const { id } of order) {
    const answer = await client.query(anythingQuestion(id)).catch(() => undefined);
    // Without an answer it is not known that there is nothing.
    if (!answer || answer.results.some(({ metrics }) => metrics.some((count) => (count ?? 0) > 0))) {
      return { sites, setup, first: id };
    }
  }
  return { sites, setup, first: undefined };
}

/** The same client, which counts what is under way and tells when the token is missing or wrong. */
function watched(client: Client, pending: { current: number }, onDenied: () => void): Client {
  const watch =
    <A extends unknown[], R>(run: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      pending.current += 1;
      try {
        return await run(...args);
      } catch (error) {
        if (error instanceof ApiError && error.status === 401) onDenied();
        throw error;
      } finally {
        pending.current -= 1;
      }
    };
  return {
    query: watch(client.query),
    realtime: watch(client.realtime),
    refused: watch(client.refused),
    properties: watch(client.properties),
    sites: watch(client.sites),
    setup: watch(client.setup),
    addSample: watch(client.addSample),
    removeSample: watch(client.removeSample),
  };
}
