import type { Parser } from 'bowser';
import type { Named } from './browser.ts';
import { LIBRARY_SYSTEMS, PLATFORMS, SYSTEM_MARKS } from './canonical.ts';
import type { Hints } from './hints.ts';

/** What Windows calls itself, and what its users call it. Windows 11 says `NT 10.0` as well: only a hint tells it. */
const WINDOWS_VERSIONS: ReadonlyMap<string, string> = new Map([
  ['5.1', 'XP'],
  ['5.2', 'XP'],
  ['6.0', 'Vista'],
  ['6.1', '7'],
  ['6.2', '8'],
  ['6.3', '8.1'],
  ['10.0', '10'],
]);

/**
 * From this platform version on it is Windows 11.
 * https://learn.microsoft.com/microsoft-edge/web-platform/how-to-detect-win11
 */
const WINDOWS_11_FROM = 13;

/** Since Safari 26 the user agent's version of iOS stands still, and Safari's own is that of its system. */
const SAFARI_FROZEN_FROM = 26;

/** Of these the user agent tells no version, or the same one everywhere. */
const WITHOUT_VERSION: readonly string[] = ['Linux', 'ChromeOS'];

/** Which system it is, and its version where the browser tells the true one. */
export function systemOf(userAgent: string, hints: Hints, library: Parser): Named | undefined {
  const hinted = hints.platform === undefined ? undefined : PLATFORMS.get(hints.platform);
  const marked = byMark(userAgent);
  if (marked) return marked;
  const called = library.getOS();
  const claimed = LIBRARY_SYSTEMS.get(called.name ?? '');
  // A tablet that asks for the desktop's pages claims to be Linux, and its hint is right; a television is Linux beneath.
  const name = hinted !== undefined && (claimed === undefined || PLATFORMS.has(claimed)) ? hinted : claimed;
  if (name === undefined) return undefined;
  const byHint = hintedVersion(name, hints.platformVersion);
  const version = byHint ?? (name === claimed ? claimedVersion(name, userAgent, called.version) : undefined);
  return { name, version };
}

function byMark(userAgent: string): Named | undefined {
  for (const { name, mark } of SYSTEM_MARKS) {
    const found = mark.exec(userAgent);
    if (found) return { name, version: found[1] };
  }
  return undefined;
}

function hintedVersion(system: string, version: string | undefined): string | undefined {
  const number = Number.parseInt(version ?? '', 10);
  if (!Number.isInteger(number) || WITHOUT_VERSION.includes(system)) return undefined;
  if (system !== 'Windows') return number > 0 ? String(number) : undefined;
  if (number >= WINDOWS_11_FROM) return '11';
  // 0 is Windows 7 or 8, of which the user agent tells.
  return number > 0 ? '10' : undefined;
}

function claimedVersion(system: string, userAgent: string, version: string | undefined): string | undefined {
  if (WITHOUT_VERSION.includes(system)) return undefined;
  if (system === 'Windows') return WINDOWS_VERSIONS.get(/Windows NT (\d+\.\d)/.exec(userAgent)?.[1] ?? '');
  if (system === 'macOS') return macVersion(version);
  if (system === 'iOS') return iosVersion(userAgent, version);
  // Chromium says `Android 10; K` of every version and model.
  if (system === 'Android' && userAgent.includes('Android 10; K)')) return undefined;
  return whole(version);
}

/** Up to 10.15 the second number is what changes. All that came after says 10.15, so that is no version. */
function macVersion(version = ''): string | undefined {
  if (!version.startsWith('10.')) return whole(version);
  const [, minor] = version.split('.');
  return minor === undefined || minor === '15' ? undefined : `10.${minor}`;
}

function iosVersion(userAgent: string, version = ''): string | undefined {
  const safari = Number(/\bVersion\/(\d+)/.exec(userAgent)?.[1] ?? 0);
  if (!/^18\.[67]$/.test(version)) return whole(version);
  if (safari > 0) return safari < SAFARI_FROZEN_FROM ? whole(version) : String(safari);
  // These write the system's version themselves; in other apps it is WebKit's, which stands still.
  return /\b(?:CriOS|GSA|EdgiOS)\//.test(userAgent) ? whole(version) : undefined;
}

function whole(version: string | undefined): string | undefined {
  return version?.match(/^\d{1,3}(?!\d)/)?.[0];
}
