import type { Reason } from '../../../collector/refusal.ts';

/** What the collector's reasons are called on the page, and what each means to a site's owner. */
const reasons: Partial<Record<Reason, [name: string, meaning: string]>> = {
  bot: ['Bots', 'the browser says that it is a bot, or sends what only programs send'],
  ai_bot: ['AI crawlers', 'it collects pages for a language model, or reads them for one'],
  automation: ['Driven browsers', 'a program drives the browser; a site of tests can count such'],
  prefetch: ['Loaded in advance', 'nobody has seen the page yet; it counts when it is shown'],
  gpc: ['Asked for privacy', 'the browser asks not to be tracked, and this site drops such visits'],
  hostname: ['Other hosts', 'the page’s host is not on the list of this site'],
  local_host: ['Local pages', 'the page is on the visitor’s own machine or network: somebody works on the site'],
  excluded_address: ['Excluded addresses', 'this site does not count the visitor’s address'],
  excluded_country: ['Excluded countries', 'this site does not count the visitor’s country'],
  excluded_path: ['Excluded pages', 'this site does not count the page'],
  too_old: ['Too old', 'the event was more than 24 hours old'],
  day_closed: ['Closed days', 'the event is of a day that this site keeps no longer'],
  in_future: ['In the future', 'the clock of the browser is far ahead'],
  rate_limited: ['Too many at once', 'more came from one visitor or site than a minute allows'],
  unknown_site: ['No such site', 'there is no such site'],
  sites_full: ['Too many sites', 'no further site comes into being by itself'],
  malformed_json: ['Unreadable', 'the body could not be read'],
  invalid: ['Not valid', 'a field is missing or wrong'],
  too_long: ['Too long', 'a text is longer than its limit'],
  too_large: ['Too large', 'one request had too many bytes or events'],
  key_required: ['Without the key', 'this site wants its key on the servers’ doors'],
};

/**
 * A reason's name and what it means. One that this page does not know is its own name.
 *
 * @example
 * wordsOfReason('gpc'); // ['Asked for privacy', 'the browser asks not to be tracked, and …']
 */
export function wordsOfReason(reason: string): [name: string, meaning: string] {
  return (Object.hasOwn(reasons, reason) && reasons[reason as Reason]) || [reason, 'the page’s console says more'];
}
