const GLOB_STARS_MAX = 10;
const GLOB_CHARS_MAX = 500;

/** What a glob must be. */
export const GLOB_RULE = `must begin with / or *, and have at most ${GLOB_STARS_MAX} stars and ${GLOB_CHARS_MAX} characters`;

/** Whether a text is a glob for paths. */
export function isGlob(text: string): boolean {
  const stars = text.match(/\*+/g) ?? [];
  return /^[/*]/.test(text) && text.length <= GLOB_CHARS_MAX && stars.length <= GLOB_STARS_MAX;
}

/**
 * Whether a path fits a glob, in which `*` is a part without slash and `**` anything. It takes time in proportion to the path and the
 * number of stars, which no regular expression would.
 *
 * @example
 * fitsGlob(globOf('/admin/**'), '/admin/users/7'); // true
 */
export function fitsGlob(glob: Glob, path: string): boolean {
  const [first = ''] = glob;
  if (!first.startsWith('*') && !path.startsWith(first)) return false;
  // From the end: whether what is left of the glob fits what is left of the path from each place on.
  let rest = new Uint8Array(path.length + 1);
  rest[path.length] = 1;
  for (const piece of glob.toReversed()) {
    const fits = new Uint8Array(path.length + 1);
    for (let at = path.length; at >= 0; at--) {
      if (piece === '**') fits[at] = rest[at]! | (fits[at + 1] ?? 0);
      else if (piece === '*') fits[at] = at < path.length && path[at] !== '/' ? rest[at + 1]! | fits[at + 1]! : 0;
      else if (path.startsWith(piece, at)) fits[at] = rest[at + piece.length]!;
    }
    rest = fits;
  }
  return rest[0] === 1;
}

/** Literal texts, and stars. */
export type Glob = readonly string[];

/** The pieces of a glob. */
export function globOf(text: string): Glob {
  return text
    .split(/(\*+)/)
    .filter(Boolean)
    .map((piece) => (piece.startsWith('**') ? '**' : piece));
}
