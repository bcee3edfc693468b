/** Tells of something that went wrong on our side. */
export type Log = (message: string, error: unknown) => void;

/**
 * A log that says the same only so often: under load an outage fails thousands of requests a second.
 *
 * @param messageMs ms in which a message is passed on once, whatever its error
 * @param now ms since 1970
 */
export function quietLog(log: Log, messageMs: number, now: () => number): Log {
  const said = new Map<string, number>();
  return (message, error) => {
    const last = said.get(message);
    if (last !== undefined && now() - last < messageMs) return;
    said.set(message, now());
    log(message, error);
  };
}
