/** The languages the reader prefers, by which numbers, dates and names are written. */
export const locale: readonly string[] = navigator.languages;
