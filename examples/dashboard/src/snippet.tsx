import { useState } from 'preact/hooks';
import { useApp } from './context.ts';
import { Icon, paths } from './icons.tsx';

const SITE = /[^A-Za-z0-9._:-]/g;

/** The line for a page, with a button that copies it. */
export function Snippet({ site, onSite }: { site: string; onSite: (site: string) => void }) {
  const { setup } = useApp();
  const collector = setup?.collector_url ?? '';
  const [kind, setKind] = useState<'tag' | 'npm'>('tag');
  const text =
    kind === 'tag'
      ? `<script defer src="${collector}/s.js" data-site="${site}"></script>`
      : `import { init } from 'footfall-sdk';\n\ninit({ site: '${site}', endpoint: '${collector}/e' });`;
  return (
    <section class="card step">
      <h2>
        <span class="step-number">1</span> Put this on your pages
      </h2>
      <label class="site-field">
        <span class="faint">Your site</span>
        <input
          type="text"
          maxLength={64}
          autoComplete="off"
          spellcheck={false}
          value={site}
          onInput={(event) => onSite(event.currentTarget.value.replace(SITE, ''))}
        />
      </label>
      <div class="tabs" role="group" aria-label="How it is put in">
        <button type="button" class="tab" aria-pressed={kind === 'tag'} onClick={() => setKind('tag')}>
          Script tag
        </button>
        <button type="button" class="tab" aria-pressed={kind === 'npm'} onClick={() => setKind('npm')}>
          npm
        </button>
      </div>
      <div class="code-box">
        <pre tabIndex={0} aria-label="The snippet">
          <code>{text}</code>
        </pre>
        <CopyButton text={text} />
      </div>
      {setup?.local ? (
        <p class="faint">
          The collector listens on this machine only, so this works for pages that you open here. Set <code>HOST</code>{' '}
          to let other machines in.
        </p>
      ) : (
        <p class="faint">
          Off this machine a site must be there before it can report: <code>footfall site add {site}</code>
        </p>
      )}
    </section>
  );
}

const COPIED_MS = 2000;

const words = { yes: 'Copied', no: 'Select it, then copy' };

function CopyButton({ text }: { text: string }) {
  const [copied, setCopied] = useState<'yes' | 'no' | undefined>();
  async function copy(): Promise<void> {
    const done = await navigator.clipboard?.writeText(text).then(
      () => true,
      () => false,
    );
    setCopied(done ? 'yes' : 'no');
    setTimeout(() => setCopied(undefined), COPIED_MS);
  }
  return (
    <>
      <button type="button" class="button copy" onClick={() => void copy()}>
        <Icon path={copied === 'yes' ? paths.check : paths.copy} />
        {copied === undefined ? 'Copy' : words[copied]}
      </button>
      <span class="hidden" role="status">
        {copied !== undefined && words[copied]}
      </span>
    </>
  );
}
