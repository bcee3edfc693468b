/**
 * The keys of documents that are made of a date, a site and a caller's text. The site stands in quotes, so that no two
 * differ only in where one part ends. Text is made well-formed first, as the database does it with what it stores.
 */
export function dayKey(date: string, site: string): string {
  return `${date}|${JSON.stringify(site.toWellFormed())}`;
}

/** Of a visitor's day, and of a path's. */
export function keyWithin(day: string, text: string): string {
  return `${day}|${text.toWellFormed()}`;
}
