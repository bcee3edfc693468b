import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { globSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { Tab } from '../behaviour.ts';
import type { Browser, Engine, Window } from './engine.ts';
import { installed } from './installed.ts';
import { middleOf } from './puppeteer-tab.ts';
import { openSession } from './webdriver.ts';
import type { Session } from './webdriver.ts';

const MINI_BROWSER = '/usr/lib/*/webkit2gtk-4.*/MiniBrowser';
const EMPTY = 'about:blank';
const BUTTONS: Record<'left' | 'middle' | 'right', number> = { left: 0, middle: 1, right: 2 };
const KEYS = { Enter: '\uE007', Control: '\uE009', Shift: '\uE008' };

export const webkit: Engine = {
  name: 'webkit',
  driver: 'WebKitWebDriver, W3C WebDriver',
  lanes: 4,
  sharesFocus: true,
  missing: () => installed(['WebKitWebDriver', 'Xvfb'], ['webkit2gtk-driver', 'xvfb']),
  async start(): Promise<Browser> {
    const processes: ChildProcess[] = [];
    const opened: Session[] = [];
    /** A browser for each lane, for a driver has one session; and a screen, for a screen has one focus. */
    async function session(): Promise<Session> {
      const screen = await startScreen();
      const port = await freePort();
      const env = { ...process.env, DISPLAY: screen.display, WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1' };
      processes.push(screen.child, spawn('WebKitWebDriver', [`--port=${port}`], { env, stdio: 'ignore' }));
      const [binary = 'MiniBrowser'] = globSync(MINI_BROWSER);
      const options = { binary, args: ['--automation'] };
      const made = await openSession(`http://127.0.0.1:${port}`, { 'webkitgtk:browserOptions': options });
      opened.push(made);
      return made;
    }
    const first = await session();
    let spare: Session | undefined = first;
    return {
      version: first.capabilities.browserVersion,
      profile: '',
      async window() {
        const own = spare ?? (await session());
        spare = undefined;
        return windowOf(own);
      },
      kill: () => Promise.reject(new Error('what it keeps is gone with it')),
      async end() {
        for (const one of opened) await one.send('DELETE', '');
        for (const child of processes.toReversed()) child.kill();
      },
    };
  },
};

/** A screen that nobody sees. */
async function startScreen(): Promise<{ display: string; child: ChildProcess }> {
  const args = ['-displayfd', '3', '-screen', '0', '1280x1024x24', '-nolisten', 'tcp'];
  const child = spawn('Xvfb', args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  const number = await new Promise<string>((resolve, reject) => {
    child.once('error', reject);
    child.stdio[3]?.once('data', (chunk: Buffer) => resolve(chunk.toString().trim()));
  });
  return { display: `:${number}`, child };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

interface Opened {
  handle: string;
}

/** Windows of one session, beside the one that it begins with: a session ends with its last. */
async function windowOf(session: Session): Promise<Window> {
  const base = (await session.send('GET', '/window')) as string;
  let idle: string | undefined;
  const handles: string[] = [];
  const closed = (handle: string): void => void handles.splice(handles.indexOf(handle), 1);
  const go = (handle: string, url: string): Promise<unknown> =>
    session.within(handle, () => session.send('POST', '/url', { url }));

  /** A tab is behind those that are there, and stays there; a window is beside them. */
  async function open(url: string, type: 'window' | 'tab'): Promise<Tab> {
    const made =
      idle ?? ((await session.within(base, () => session.send('POST', '/window/new', { type }))) as Opened).handle;
    idle = undefined;
    handles.push(made);
    await go(made, url);
    return tabOf(session, made, () => closed(made));
  }
  return {
    open: (url) => open(url, 'window'),
    openBehind: (url) => open(url, 'tab'),
    async clear() {
      const [first, ...others] = handles.splice(0);
      for (const handle of others) await session.within(handle, () => session.send('DELETE', '/window'));
      if (first) await go(first, EMPTY);
      idle = first;
    },
  };
}

function tabOf(session: Session, handle: string, closed: () => void): Tab {
  const act = (actions: object[]): Promise<unknown> =>
    session.within(handle, () => session.send('POST', '/actions', { actions }));
  const key = (type: 'keyDown' | 'keyUp', name: keyof typeof KEYS): object => ({ type, value: KEYS[name] });
  const pause = { type: 'pause', duration: 0 };
  return {
    run: (body) => session.run(handle, body),
    goto: async (url) => void (await session.within(handle, () => session.send('POST', '/url', { url }))),
    async click(element, { button, modifier } = {}) {
      const [x = 0, y = 0] = (await session.run(handle, `return ${middleOf(element)}`)) as number[];
      const pointer = [
        { type: 'pointerMove', duration: 0, x: Math.round(x), y: Math.round(y), origin: 'viewport' },
        { type: 'pointerDown', button: BUTTONS[button ?? 'left'] },
        { type: 'pointerUp', button: BUTTONS[button ?? 'left'] },
      ];
      const keys = modifier ? [key('keyDown', modifier), pause, pause, key('keyUp', modifier)] : [];
      await act([
        ...(modifier ? [{ type: 'key', id: 'keyboard', actions: keys }] : []),
        { type: 'pointer', id: 'mouse', actions: modifier ? [pause, ...pointer] : pointer },
      ]);
    },
    press: async (name) =>
      void (await act([{ type: 'key', id: 'keyboard', actions: [key('keyDown', name), key('keyUp', name)] }])),
    front: async () => session.within(handle, async () => {}),
    async close() {
      closed();
      await session.within(handle, () => session.send('DELETE', '/window'));
    },
  };
}
