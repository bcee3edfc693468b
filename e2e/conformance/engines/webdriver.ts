import { until } from '../../support/until.ts';

/** Commands to a browser by WebDriver. Source: w3.org/TR/webdriver2 */
export interface Session {
  capabilities: { browserVersion: string };
  send(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<unknown>;
  /** Runs the body of a function in a window; answers what it returns, or its promise. */
  run(handle: string, body: string): Promise<unknown>;
  /** Does commands in one window, with none to another in between. */
  within<T>(handle: string, work: () => Promise<T>): Promise<T>;
}

interface Reply {
  value: unknown;
}

/** Opens a session with a driver that listens there, as soon as it does. */
export async function openSession(address: string, capabilities: object): Promise<Session> {
  async function ask(method: string, path: string, body?: object): Promise<unknown> {
    const answer = await fetch(address + path, { method, ...(body ? { body: JSON.stringify(body) } : {}) });
    const { value } = (await answer.json()) as Reply;
    if (answer.ok) return value;
    const { error, message } = value as { error: string; message: string };
    throw new Error(`${method} ${path}: ${error}: ${message}`);
  }

  const asked = { capabilities: { alwaysMatch: capabilities } };
  const opened = await until('a WebDriver session', () => ask('POST', '/session', asked), 30_000);
  const { sessionId, capabilities: given } = opened as { sessionId: string; capabilities: { browserVersion: string } };
  const send: Session['send'] = (method, path, body) =>
    ask(method, `/session/${sessionId}${path}`, method === 'POST' ? (body ?? {}) : undefined);

  let last: Promise<unknown> = Promise.resolve();
  function within<T>(handle: string, work: () => Promise<T>): Promise<T> {
    const result = last.then(async () => {
      await send('POST', '/window', { handle });
      return work();
    });
    last = result.catch(() => {});
    return result;
  }
  return {
    capabilities: given,
    send,
    within,
    async run(handle, body) {
      const script = `const done = arguments[0];
        (async () => { ${body} })().then((value) => done({ value: value ?? null }), (error) => done({ error: String(error) }))`;
      const told = await within(handle, () => send('POST', '/execute/async', { script, args: [] }));
      const { value, error } = told as { value?: unknown; error?: string };
      if (error !== undefined) throw new Error(error);
      return value;
    },
  };
}
