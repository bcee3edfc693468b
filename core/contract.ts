/**
 * What the contract suites of the ports share. A suite is a list of cases that know the port only; an adapter's test
 * runs each of them in a fresh place of its own, with any test framework.
 */

/** Where one case has its data: a new folder, a new database. */
export interface Place<S> {
  /** Opens what lies there, empty at first. Another `open` comes only after what was opened is closed. */
  open(): Promise<S>;
}

/** One promise of a port. Rejects if the adapter does not keep it. */
export interface Case<P> {
  name: string;
  run(place: P): Promise<void>;
}

/** Opens, works, and closes, whatever happens. */
export async function opened<S extends { close(): Promise<void> }, T>(
  place: Place<S>,
  work: (opened: S) => Promise<T>,
): Promise<T> {
  const port = await place.open();
  try {
    return await work(port);
  } finally {
    await port.close();
  }
}
