import type { TargetedEvent } from 'preact';
import { useState } from 'preact/hooks';
import type { ApiError } from './client.ts';
import { formatShare } from './format.ts';
import { Logo } from './icons.tsx';

/** What keeps the numbers from being shown, and what happens about it. */
export function Trouble({ error }: { error: ApiError | undefined }) {
  if (!error || error.reason === 'unknown_site') return null;
  if (error.reason === 'building') {
    return (
      <div class="notice" role="status">
        <p>
          <b>The reports are being built.</b> They are made again from the stored events, which takes a moment; nothing
          is lost, and events are counted meanwhile.
        </p>
        {error.progress !== undefined && (
          <p class="notice-progress">
            <progress max="1" value={error.progress} aria-label="Progress" />
            <span class="number-text">{formatShare(error.progress)}</span>
          </p>
        )}
      </div>
    );
  }
  return (
    <div class="notice bad-notice" role="alert">
      <p>
        <b>This could not be shown.</b> {error.message}
      </p>
      <p>
        <button type="button" class="button" onClick={() => location.reload()}>
          Try again
        </button>
      </p>
    </div>
  );
}

/** Asks for the token, which is kept until the tab is closed. */
export function TokenForm({ wrong, onToken }: { wrong: boolean; onToken: (token: string) => void }) {
  const [token, setToken] = useState('');
  function submit(event: TargetedEvent<HTMLFormElement>): void {
    event.preventDefault();
    if (token.trim() !== '') onToken(token.trim());
  }
  return (
    <main class="alone">
      <form class="card token" onSubmit={submit}>
        <Logo />
        <h1>Who may read?</h1>
        <p>
          This Footfall can be reached from other machines, so its reports need the token that the first start printed.{' '}
          <code>footfall token</code> makes a new one.
        </p>
        <label>
          <span class="faint">Token</span>
          <input
            type="password"
            name="token"
            autoComplete="current-password"
            autofocus
            required
            maxLength={200}
            aria-invalid={wrong}
            aria-describedby={wrong ? 'token-wrong' : undefined}
            value={token}
            onInput={(event) => setToken(event.currentTarget.value)}
          />
        </label>
        {wrong && (
          <p class="bad" id="token-wrong" role="alert">
            That is not the token.
          </p>
        )}
        <button type="submit" class="button strong">
          Read the reports
        </button>
        <p class="faint">It stays in this tab, and is forgotten when the tab is closed.</p>
      </form>
    </main>
  );
}
