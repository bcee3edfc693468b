/** How much the SDK keeps and how it sends. Constants, so that the build can write each into its place. */

/** Bytes of one request: all that a page has under way when it closes shares 64 KiB. */
export const bodyBytesMax = 15 * 1024;
/** Events that are not yet sent; more are dropped, with a word in the console. */
export const eventsKeptMax = 500;
/** A batch goes when it has so many events … */
export const batchEventsMax = 20;
/** … or so many ms after its first one. */
export const batchMs = 500;
/** ms between a move within the page and the page view, for the title to follow, or a redirect. */
export const settleMs = 100;
/** First pause in ms after a failure; it doubles with each further one, and a random part of it is added. */
export const retryMsMin = 1000;
/** So many retries in a row, then only when something new happens: about four minutes. */
export const retriesMax = 7;
/** Longest pause in ms, whatever `Retry-After` says. */
export const retryMsMax = 10 * 60 * 1000;
