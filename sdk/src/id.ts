/**
 * What every event begins with: its id, name and time. The id is a UUID of version 7 (RFC 9562), which begins with the time. By
 * `getRandomValues`, for `randomUUID` is missing on pages without TLS.
 * The two free bits of the variant stay 0: 72 random ones are left.
 *
 * @param time ms since 1970
 */
export function fresh(name: string, time = Date.now()): { id: string; name: string; time: number } {
  const hex = (time + 2 ** 48).toString(16);
  const id = `${hex.slice(1, 9)}-${hex.slice(9)}-7${'000-8000-000000000000'.replace(/0/g, digit)}`;
  return { id, name, time };
}

function digit(): string {
  return (crypto.getRandomValues(new Uint8Array(1))[0]! % 16).toString(16);
}
