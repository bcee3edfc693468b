import type { Choices } from './choices.ts';
import type { Hit } from './hit.ts';

/** Why a line of a log becomes no event. The first that holds is counted, in this order. */
export const skipReasons = {
  broken: 'neither a line of a known format nor whole',
  too_long: 'a line or a path that is longer than allowed',
  own: 'an event that was exported from this very store and site: it is there',
  site: 'an event of another site than the first of the file',
  zone: "an event that was filed by another time zone than the site's",
  filter: 'left out by --host, --client or --path',
  redirect: 'answered with another address (3xx, but for 304)',
  error: 'answered with an error (4xx, 5xx), or by a status that was not chosen',
  method: 'another method than GET',
  static: 'images, styles, scripts, fonts, feeds, downloads',
  in_future: 'a time in the future',
  day_closed: 'of a day whose visits the site does not keep any longer',
  bot: 'a bot or a script',
  hostname: "a host that is not one of the site's hostnames",
} as const;

export type SkipReason = keyof typeof skipReasons;

/** The endings of what is no page. */
const STATIC = new Set(
  (
    'css js mjs map json webmanifest wasm xml rss atom rdf xsl txt csv log ' +
    'png jpg jpeg gif webp avif ico svg bmp xbm tif tiff eps psd ' +
    'woff woff2 ttf otf eot ' +
    'mp3 mp4 m4a m4v mov avi mpg mpeg ogg oga ogv wav flac webm swf flv ts m3u8 ' +
    'pdf ps doc docx xls xlsx ppt pptx odt ods odp rtf epub ' +
    'zip gz tgz bz2 xz zst tar rar 7z jar war exe msi dmg iso deb rpm apk bin'
  ).split(' '),
);

/** Why a line is no view of a page that was shown, as far as its request tells; undefined: it may be one. */
export function judgeHit(hit: Hit, path: string, choices: Choices): SkipReason | undefined {
  if (!choices.wantsLine(hit) || !choices.wantsPath(path)) return 'filter';
  if (!choices.isShown(hit.status)) return hit.status >= 300 && hit.status < 400 ? 'redirect' : 'error';
  if (hit.method !== 'GET') return 'method';
  return isStatic(path) ? 'static' : undefined;
}

function isStatic(path: string): boolean {
  const dot = path.lastIndexOf('.');
  if (dot < 0 || path.length - dot > ENDING_CHARS_MAX || path.includes('/', dot)) return false;
  return STATIC.has(path.slice(dot + 1).toLowerCase());
}

const ENDING_CHARS_MAX = 12;
