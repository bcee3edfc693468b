import type { Hints } from './hints.ts';

/** The classes of devices. `other`: a console, a headset, a car, or nothing that could be told. */
export type Device = 'desktop' | 'mobile' | 'tablet' | 'tv' | 'bot' | 'other';

const OTHER = /\b(?:Xbox|PlayStation|Nintendo|OculusBrowser|Tesla|QtCarBrowser|Watch)\b/;
/** `AFT…` are Amazon's Fire TVs, `CrKey` is Chromecast. */
const TV = /\b(?:TV|SmartTV|SMART-TV|GoogleTV|AppleTV|HbbTV|NetCast|Web0S|BRAVIA|CrKey|Roku|VIDAA|AFT[A-Z]\w{0,9})\b/;
const TABLET = /\b(?:iPad|Tablet(?! PC)|PlayBook|Kindle)\b/;
const MOBILE = /\b(?:Mobile|iPhone|iPod|Phone|Opera Mini|MIDP|BlackBerry|KAIOS|Symbian)\b/;
const ANDROID = /\b(?:Android|Silk)\b/;
const DESKTOP = /\b(?:Windows|Macintosh|X11|CrOS|Linux)\b/;

/**
 * What kind of device it is. An iPad that asks for the desktop's pages (as iPads do) claims to be a Mac and is counted as one:
 * nothing in a request tells it.
 */
export function deviceOf(userAgent: string, { mobile, platform }: Hints): Device {
  if (OTHER.test(userAgent)) return 'other';
  if (TV.test(userAgent)) return 'tv';
  if (TABLET.test(userAgent)) return 'tablet';
  if (mobile === true) return 'mobile';
  if (mobile === false && platform === 'Android') return 'tablet';
  if (MOBILE.test(userAgent)) return 'mobile';
  // Android's rule: a phone says Mobile, a tablet does not.
  if (ANDROID.test(userAgent)) return 'tablet';
  return DESKTOP.test(userAgent) ? 'desktop' : 'other';
}
