/** How much the SDK keeps and how it sends. Constants, so that the build can write each into its place. */

/** UTF-16 units of one request, of which each is at most three bytes: all that a page has under way when it closes shares 64 KiB. */
export const bodyCharsMax = 5000;
/** Events that are not yet sent; more are dropped, with a word in the console. */
export const eventsKeptMax = 500;
/** A batch goes so many ms after its first event. */
export const batchMs = 500;
/** ms between a move within the page and the page view, for the title to follow, or a redirect. */
export const settleMs = 100;
/** First pause in ms after a failure; it doubles with each further one, and a random part of it is added. */
export const retryMsMin = 1000;
/** So many retries in a row, then only when something new happens: about four minutes. */
export const retriesMax = 7;
/** Longest pause in ms, whatever `Retry-After` says. */
export const retryMsMax = 10 * 60 * 1000;
/** ms between looks at a page that is looked at: of a longer gap only twice this counts, for the device was asleep. */
export const tickMs = 5000;
/** ms after which what a page has left on the device is another page's to send. */
export const adoptMs = 30_000;
/** How old in ms that may be. */
export const outboxMsMax = 24 * 60 * 60 * 1000;
/** Characters of what one page leaves on the device. */
export const outboxCharsMax = 100_000;
