import type { Event } from '../core/event.ts';
import type { Site } from '../core/site.ts';

/**
 * What has no business in web analytics and gets there by accident, mostly in addresses: it is hidden before an event is kept. Each
 * rule would rather miss one than hide what is none: a slug, an order's number and a UUID stay.
 */
interface Rule {
  /** Whether a text may hold one: cheap, for every text is asked. */
  hint: RegExp;
  pattern: RegExp;
  /** What is found, or as much of it as is to stay. */
  hide: (found: string) => string;
}

/** RFC 5322's usual characters, `@` also as it stands in addresses, and a host whose last label begins with a letter. */
const EMAIL =
  /[\w.!#$%&'*+^`{|}~\u0080-\uffff-]{1,64}(?:@|%40)[a-z0-9\u0080-\uffff-]{1,63}(?:\.[a-z0-9\u0080-\uffff-]{1,63}){0,7}\.[a-z\u0080-\uffff][a-z0-9\u0080-\uffff-]{1,62}/gi;
/** 13 to 19 digits in groups, as cards are printed. ISO/IEC 7812. */
const CARD = /(?<![\d.-])\d(?:(?:[ -]|%20|\+)?\d){12,18}(?![\d.-]*\d)/g;
/** JSON Web Token: RFC 7519; its header is `{"` in base64url. */
const JWT = /eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/g;
/** Keys that say whose they are. As their makers document them: Stripe, GitHub, Slack, AWS, Google, OpenAI, SendGrid; our own. */
const KEY =
  /\b(?:[spr]k_(?:live|test)_|gh[pousr]_|github_pat_|xox[abeoprs]-|AKIA|ASIA|AIza|sk-|SG\.|ff[kt]_)[\w.-]{12,}/g;
/** A run that only a machine writes: 32 hexadecimal digits and more, not all of them letters. */
const HEX = /(?<![\w-])(?=[a-f]*\d)[0-9a-f]{32,}(?![\w-])/gi;
/** The same in base64url: small and capital letters and digits. */
const OPAQUE = /(?<![\w-])(?=[\w-]*[a-z])(?=[\w-]*[A-Z])(?=[\w-]*\d)[\w-]{32,}(?![\w-])/g;

const token = (): string => '[token]';

/** In this order: what an earlier one has hidden, a later one does not see. */
const rules: Rule[] = [
  { hint: /@|%40/, pattern: EMAIL, hide: () => '[email]' },
  { hint: /eyJ/, pattern: JWT, hide: token },
  { hint: /k_|gh|xox|A[KSI]|sk-|SG|ff/, pattern: KEY, hide: token },
  { hint: /[\w-]{32}/, pattern: HEX, hide: token },
  { hint: /[\w-]{32}/, pattern: OPAQUE, hide: token },
  { hint: /\d[\d %+-]{11}/, pattern: CARD, hide: (found) => (isCard(found) ? '[card]' : found) },
];

/** Whether the last digit is right for the others. Source: ISO/IEC 7812-1, annex B (Luhn). */
function isCard(text: string): boolean {
  const digits = text.replace(/%20|\D/g, '');
  let sum = 0;
  for (let place = 0; place < digits.length; place++) {
    const digit = Number(digits[digits.length - 1 - place]);
    sum += place % 2 === 0 ? digit : digit * 2 - (digit > 4 ? 9 : 0);
  }
  return sum % 10 === 0 && !/^0+$/.test(digits);
}

/**
 * A text in which e-mail addresses, card numbers and tokens are hidden.
 *
 * @example
 * masked('/users/ada@example.com/orders'); // '/users/[email]/orders'
 */
export function masked(text: string): string {
  // Nothing that is hidden is shorter.
  if (text.length < 6) return text;
  let result = text;
  for (const { hint, pattern, hide } of rules) if (hint.test(result)) result = result.replace(pattern, hide);
  return result;
}

/** Whether a text holds what looks like an e-mail address. */
export function holdsEmail(text: string): boolean {
  return text.search(EMAIL) >= 0;
}

/** As `masked`, unless the site wants texts as they are. */
export function maskedFor({ masking }: Pick<Site, 'masking'>, text: string): string {
  return masking === 'off' ? text : masked(text);
}

/** An event with what its page and its owner's code have put into it, masked, unless the site wants it as it is. Ids and the `user_id` have rules of their own. */
export function maskedEvent(event: Event, { masking }: Pick<Site, 'masking'>): Event {
  if (masking === 'off') return event;
  const { name, hostname, path, title, acquisition, props } = event;
  const result: Event = { ...event, name: masked(name), path: masked(path) };
  if (hostname !== undefined) result.hostname = masked(hostname);
  if (title !== undefined) result.title = masked(title);
  if (acquisition) {
    const entries = Object.entries(acquisition).map(([field, value]) => [field, value && masked(value)]);
    result.acquisition = Object.fromEntries(entries) as typeof acquisition;
  }
  if (props) {
    result.props = props.map(([prop, value]) => [masked(prop), typeof value === 'string' ? masked(value) : value]);
  }
  return result;
}
