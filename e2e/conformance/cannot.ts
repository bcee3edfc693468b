import type { EngineName } from './behaviour.ts';

/** What an engine, or what drives it, cannot show: why, and the ids of the behaviours that need it. */
interface Limit {
  why: string;
  behaviours: readonly string[];
}

export const cannot: Record<EngineName, readonly Limit[]> = {
  chromium: [],
  firefox: [{ why: 'the engine has no prerendering', behaviours: ['page-prerendered', 'page-never-shown'] }],
  webkit: [
    { why: 'the engine has no prerendering', behaviours: ['page-prerendered', 'page-never-shown'] },
    { why: 'the engine has no Navigation API', behaviours: ['move-intercepted'] },
    { why: 'the engine does not tell a page its status', behaviours: ['not-found'] },
    {
      why: 'the driver cannot put a tab in front of another',
      behaviours: ['page-behind-shown', 'page-hidden-shown', 'seen-hidden', 'send-hidden'],
    },
    { why: 'the driver makes every click one of the left button', behaviours: ['click-middle', 'click-right'] },
    { why: 'the driver itself needs what the page breaks', behaviours: ['no-json', 'array-json', 'array-patched'] },
    { why: 'a driven browser keeps nothing on its disk', behaviours: ['outbox-killed'] },
    { why: 'every name that leads to this machine is a secure one', behaviours: ['no-tls'] },
  ],
};

/** Why an engine cannot show a behaviour; undefined: it can. */
export function whyNot(engine: EngineName, id: string): string | undefined {
  return cannot[engine].find(({ behaviours }) => behaviours.includes(id))?.why;
}
