/** An address that an event brought, if it is one that may be opened: only http and https, and nobody's name in it. */
export function safeAddress(address: string): string | undefined {
  const url = URL.parse(address);
  return url && (url.protocol === 'https:' || url.protocol === 'http:') && url.username === '' ? url.href : undefined;
}
