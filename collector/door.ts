/** A request to a door, by whatever way it came. */
export interface Incoming {
  /** A header's value by its name in lower case; null where it was not sent. */
  header(name: string): string | null;
  /** The address of the connection's other end; undefined where it is not known. */
  peer: string | undefined;
  /**
   * The body, bytes that are not UTF-8 as U+FFFD; undefined if it has more than so many bytes. Rejects where it did not
   * arrive whole.
   */
  text(bytesMax: number): Promise<string | undefined>;
}

/** What a door answers. */
export interface Outgoing {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: string;
}

/** Takes a request's events. Never rejects. */
export type Door = (incoming: Incoming) => Promise<Outgoing>;
