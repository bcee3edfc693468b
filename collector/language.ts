import { wireLimits } from '../sdk/src/wire.ts';

const TAG = /^([A-Za-z]{2,3})(?:-[A-Za-z]{4})?(?:-([A-Za-z]{2}|\d{3}))?(?:-|$)/;

/**
 * The language a visitor likes best, as language and region: `de-CH`. Script and variants would tell people apart.
 *
 * @param tag what the batch says: a BCP 47 tag
 * @param accepted the header `Accept-Language`, which serves where the batch says nothing
 * @returns undefined for what is no tag
 */
export function languageOf(tag: string | undefined, accepted: string | null | undefined): string | undefined {
  // The first is the preferred one in what all browsers send.
  const first = tag ?? accepted?.slice(0, wireLimits.languageCharsMax).split(/[,;]/, 1)[0]?.trim();
  const match = first ? TAG.exec(first) : null;
  if (!match?.[1]) return undefined;
  const language = match[1].toLowerCase();
  return match[2] ? `${language}-${match[2].toUpperCase()}` : language;
}
