/**
 * Client hints: what a Chromium browser says of itself beside its user agent, in headers of their own. Brand, platform and
 * `mobile` come with every request to a secure origin, the platform's version only where a site asks for it.
 * https://wicg.github.io/ua-client-hints/
 */
export interface Hints {
  /** Without the made-up brands that are there to keep servers from relying on the list ("Not A;Brand"). */
  brands: { name: string; version: string }[];
  mobile: boolean | undefined;
  platform: string | undefined;
  platformVersion: string | undefined;
}

/** Headers in the order in which `hintsOf` joins them. */
const HEADERS = ['sec-ch-ua', 'sec-ch-ua-mobile', 'sec-ch-ua-platform', 'sec-ch-ua-platform-version'] as const;

/** Characters of the list of brands that are looked at, which has about 150, and of each of the others. */
const BRANDS_CHARS_MAX = 256;
const OTHER_CHARS_MAX = 32;

/** `"Brand";v="131"`, as in a list of structured headers. */
const BRAND = /"([^"]{1,60})"\s{0,9};\s{0,9}v="(\d{1,10})/g;
const MADE_UP = /not.{0,3}a.{0,3}brand/i;

/**
 * The hints of a request as they came, joined: what a reader takes beside the user agent. Empty where none came.
 *
 * @example
 * hintsOf((name) => request.headers.get(name)); // '"Chromium";v="131"\n?0\n"Windows"\n'
 */
export function hintsOf(header: (name: Lowercase<string>) => string | null): string {
  const first = header(HEADERS[0]);
  // Browsers without hints are spared the other look-ups.
  if (first === null) return '';
  let joined = first.slice(0, BRANDS_CHARS_MAX);
  for (const name of HEADERS.slice(1)) joined += `\n${header(name)?.slice(0, OTHER_CHARS_MAX) ?? ''}`;
  return joined;
}

/** @param joined by `hintsOf` */
export function parseHints(joined: string): Hints {
  const [list = '', mobile = '', platform = '', version = ''] = joined.split('\n');
  const brands = Array.from(list.matchAll(BRAND), ([, name = '', major = '']) => ({ name, version: major }));
  return {
    brands: brands.filter(({ name }) => !MADE_UP.test(name)),
    mobile: mobile === '?1' ? true : mobile === '?0' ? false : undefined,
    platform: unquoted(platform),
    platformVersion: unquoted(version),
  };
}

function unquoted(value: string): string | undefined {
  const inner = value.replaceAll('"', '').trim();
  return inner === '' || inner === 'Unknown' ? undefined : inner;
}
