/**
 * A new event's id: a UUID of version 7 (RFC 9562), which begins with the time. By `getRandomValues`, for `randomUUID` is
 * missing on pages without TLS.
 */
export function newId(): string {
  const time = Date.now().toString(16).padStart(12, '0');
  const words = [...crypto.getRandomValues(new Uint16Array(5))];
  const random = words.map((word) => (word + 0x10000).toString(16).slice(1)).join('');
  // The last character of the random text decides the variant: 8, 9, a or b.
  const variant = '89ab'[words[4]! & 3]!;
  const digits = `${time}7${random.slice(0, 3)}${variant}${random.slice(3, 18)}`;
  return digits.replace(/(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
