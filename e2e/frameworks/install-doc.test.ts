import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { testBrowser } from '../browser/browser.ts';
import { scenes } from '../sdk/scene.ts';
import { adapted } from './visit.ts';

/** What `docs/install.md` shows is what the tests run. */

const root = fileURLToPath(new URL('../..', import.meta.url));
const doc = readFileSync(join(root, 'docs/install.md'), 'utf8');
const scene = scenes();
const browser = testBrowser();

/** The line for early calls, as `docs/sdk.md` has it: the text of its script. */
const early = /<script>(.*footfall\.q.*)<\/script>/.exec(readFileSync(join(root, 'docs/sdk.md'), 'utf8'))?.[1] ?? '';
const [, policy = ''] = /^ {4}(script-src .*)$/m.exec(doc) ?? [];
const [, hash = ''] = /^ {4}('sha256-.*')$/m.exec(doc) ?? [];

test('each recipe is the text of the example that it names', () => {
  const shown = [...doc.matchAll(/\]\(\.\.\/(examples\/[^)]+)\):\n\n```\w+\n([\s\S]*?)\n```/g)];
  expect(shown.length).toBeGreaterThanOrEqual(15);
  for (const [, file = '', text = ''] of shown) expect(readFileSync(join(root, file), 'utf8')).toContain(text);
});

test('each link into the repository leads somewhere', () => {
  const partsOf = (file: string): string[] => {
    const titles = readFileSync(join(root, 'docs', file), 'utf8').matchAll(/^#+ (.*)$/gm);
    return [...titles].map(([, title = '']) =>
      title
        .toLowerCase()
        .replaceAll(' ', '-')
        .replaceAll(/[^\w-]/g, ''),
    );
  };
  const lost = [...doc.matchAll(/\]\((?!https:)([^)#]*)#?([^)]*)\)/g)].filter(([, file = '', part = '']) =>
    part === '' ? !existsSync(join(root, 'docs', file)) : !partsOf(file || 'install.md').includes(part),
  );
  expect(lost.map(([link]) => link)).toEqual([]);
});

test('the hash is that of the line for early calls', () => {
  expect(early).not.toBe('');
  expect(hash).toBe(`'sha256-${createHash('sha256').update(early).digest('base64')}'`);
});

test('with the policy and Trusted Types an early call and the page view are counted, and nothing is violated', async () => {
  const made = await scene({});
  const own = policy.replace('script-src', `script-src ${hash}`);
  const whole = `default-src 'none'; ${adapted(own, made.collector(''), '')}; require-trusted-types-for 'script'; trusted-types 'none'`;
  const script = adapted(
    `<script defer src="https://stats.example.com/s.js" data-site="example.com"></script>`,
    made.collector(''),
    'csp.example',
  );
  made.serve('/', {
    html: `<!doctype html><html lang="en"><head><title>Home</title><script>${early}</script>${script}<script src="/page.js"></script></head><body></body></html>`,
    headers: { 'content-security-policy': whole },
  });
  made.serve('/page.js', { html: `footfall('early')`, headers: { 'content-type': 'text/javascript' } });
  const tab = await browser.page();
  const complaints: string[] = [];
  tab.on('console', (message) => {
    if (message.type() === 'error' && !message.location().url.endsWith('/favicon.ico')) complaints.push(message.text());
  });
  await tab.goto(made.url('/'));
  await made.arrived('pageview', 1);
  await made.arrived('early', 1);
  expect(complaints).toEqual([]);
});
