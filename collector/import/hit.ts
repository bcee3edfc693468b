/** One request, as a line of a web server's log tells of it. Texts are as they came; nothing is judged yet. */
export interface Hit {
  /** The visitor's address, or the name of their host where the server looked it up. */
  client: string;
  /** ms since 1970. */
  time: number;
  /** `''` where the line has no readable request. */
  method: string;
  /** What was asked for: path and query, or a whole address. */
  target: string;
  status: number;
  referrer: string | undefined;
  /** `''`: the client sent none. Undefined: the log does not tell. */
  agent: string | undefined;
  /** The host that was asked for, where the log tells. */
  host: string | undefined;
  /** `Accept-Language`, where the log tells. */
  language: string | undefined;
}
