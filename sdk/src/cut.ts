/** At most so many characters of what should be a text: an element of the page may stand in its place. */
export function cut(text: unknown, charsMax: number): string {
  return String(text).slice(0, charsMax);
}
