/** The protocol by which a Chromium is driven, as far as the tests need it. Source: chromedevtools.github.io/devtools-protocol */
export interface Protocol {
  /** Rejects with what the browser says. */
  send(method: string, params?: object, session?: string): Promise<Record<string, unknown>>;
  close(): void;
}

interface Message {
  id?: number;
  result?: Record<string, unknown>;
  error?: { message: string };
  /** Of what the browser says without being asked. */
  method?: string;
  params?: object;
}

/**
 * Connects to a browser.
 *
 * @param told what it says without being asked
 */
export async function connect(address: string, told?: (method: string, params: object) => void): Promise<Protocol> {
  const socket = new WebSocket(address);
  const waiting = new Map<
    number,
    { resolve: (result: Record<string, unknown>) => void; reject: (why: Error) => void }
  >();
  let last = 0;
  socket.addEventListener('message', ({ data }) => {
    const { id = 0, result = {}, error, method, params = {} } = JSON.parse(String(data)) as Message;
    if (method) told?.(method, params);
    const call = waiting.get(id);
    waiting.delete(id);
    if (error) call?.reject(new Error(error.message));
    else call?.resolve(result);
  });
  socket.addEventListener('close', () => {
    for (const { reject } of waiting.values()) reject(new Error('the browser has gone'));
  });
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve);
    socket.addEventListener('error', () => reject(new Error(`cannot connect to ${address}`)));
  });
  return {
    send: (method, params = {}, session) =>
      new Promise((resolve, reject) => {
        const id = ++last;
        waiting.set(id, { resolve, reject });
        socket.send(JSON.stringify({ id, method, params, ...(session ? { sessionId: session } : {}) }));
      }),
    close: () => socket.close(),
  };
}
