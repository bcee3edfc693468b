/**
 * The names under which browsers and systems are counted: one for each, whatever the user agent, the hint or the library
 * calls it. What is in none of these tables has no name, so that nobody can fill a report with invented ones. The list for
 * readers is in `docs/meanings.md`.
 */

/**
 * What a word in the user agent says: apps that show pages themselves, and browsers that the library does not know or names
 * after the engine. The first that fits wins. A group is the version; `version` is where it stands elsewhere.
 */
export const MARKS: readonly { name: string; mark: RegExp; version?: RegExp }[] = [
  { name: 'Messenger', mark: /FBAN\/Messenger|FB_IAB\/Orca/, version: /FBAV\/(\d+)/ },
  { name: 'Facebook', mark: /FBAN\/|FB_IAB\/|MetaIAB Facebook/, version: /FBAV\/(\d+)/ },
  { name: 'Instagram', mark: /\bInstagram (\d+)/ },
  { name: 'Threads', mark: /\bBarcelona (\d+)/ },
  { name: 'TikTok', mark: /\b(?:musical_ly|trill|TikTok)/, version: /(?:app_version\/|musical_ly_)(\d+)/ },
  { name: 'Snapchat', mark: /\bSnapchat\/(\d+)/ },
  { name: 'Pinterest', mark: /\bPinterest\// },
  { name: 'LinkedIn', mark: /\[LinkedInApp\](?:\/(\d+))?/ },
  { name: 'X', mark: /\bTwitter(?:Android| for i)/ },
  { name: 'Telegram', mark: /\bTelegram-Android\/(\d+)/ },
  { name: 'LINE', mark: /\bLine\/(\d+)/ },
  { name: 'WeChat', mark: /\bMicroMessenger\/(\d+)/ },
  { name: 'Weibo', mark: /\bWeibo\b|__weibo__/ },
  { name: 'Alipay', mark: /\bAlipayClient\/(\d+)/ },
  { name: 'DingTalk', mark: /\bDingTalk\/(\d+)/ },
  { name: 'Baidu App', mark: /\bbaiduboxapp\/(\d+)/ },
  { name: 'KakaoTalk', mark: /\bKAKAOTALK\b/ },
  { name: 'NAVER', mark: /\bNAVER\(inapp/ },
  { name: 'Google App', mark: /\bGSA\/(\d+)/ },
  { name: 'Opera Mini', mark: /\b(?:Opera Mini|OPiOS)\/(\d+)/ },
  { name: 'Opera', mark: /\b(?:OPR|OPT|OPX)\/(\d+)/ },
  { name: 'Brave', mark: / Brave$|\bBrave\/\d/, version: /\b(?:Version|Chrome)\/(\d+)/ },
  { name: 'DuckDuckGo', mark: /\b(?:Ddg|DuckDuckGo)\/(\d+)/ },
  { name: 'Ecosia', mark: /\bEcosia \w{1,20}@(\d+)/ },
  { name: 'UC Browser', mark: /\bUCBrowser\/(\d+)/ },
  { name: 'Huawei Browser', mark: /\bHuaweiBrowser\/(\d+)/ },
  { name: 'Samsung Internet', mark: /\bSamsungBrowser\/(\d+)/ },
  { name: 'Whale', mark: /\bWhale\/(\d+)/ },
  { name: 'Coc Coc', mark: /\bcoc_coc_browser\/(\d+)/ },
  { name: 'Avast Secure Browser', mark: /\bAvast\/(\d+)/ },
  { name: 'AVG Secure Browser', mark: /\bAVG\/(\d+)/ },
  { name: 'Meta Quest Browser', mark: /\bOculusBrowser\/(\d+)/ },
];

/** Hints' brands. `Chromium` is in every such list and names the engine, so it tells nothing. */
export const BRANDS: ReadonlyMap<string, string> = new Map([
  ['Google Chrome', 'Chrome'],
  ['HeadlessChrome', 'Chrome'],
  ['Microsoft Edge', 'Edge'],
  ['Brave', 'Brave'],
  ['Opera', 'Opera'],
  ['Opera GX', 'Opera'],
  ['OperaMobile', 'Opera'],
  ['Vivaldi', 'Vivaldi'],
  ['Yandex', 'Yandex Browser'],
  ['YaBrowser', 'Yandex Browser'],
  ['Samsung Internet', 'Samsung Internet'],
  ['DuckDuckGo', 'DuckDuckGo'],
  ['Whale', 'Whale'],
  ['HuaweiBrowser', 'Huawei Browser'],
  ['Oculus Browser', 'Meta Quest Browser'],
  ['Avast Secure Browser', 'Avast Secure Browser'],
  ['AVG Secure Browser', 'AVG Secure Browser'],
  ['Android WebView', 'Android WebView'],
]);

/** What bowser calls browsers. Its names of bots are not here: bots are named in `bots.ts`. */
export const LIBRARY_BROWSERS: ReadonlyMap<string, string> = new Map([
  ...same(`
    Amazon Silk, Android Browser, BlackBerry, Brave, Chrome, Chromium, DuckDuckGo, Electron, Epiphany, Firefox,
    HeyTap Browser, Internet Explorer, K-Meleon, Ladybird, LibreWolf, Maxthon, Opera, Pale Moon, Puffin, QQ Browser,
    QupZilla, Safari, SeaMonkey, Sleipnir, Sogou Browser, UC Browser, Vivaldi, Vivo Browser, WeChat, Yandex Browser
  `),
  ['Focus', 'Firefox'],
  ['Google Search', 'Google App'],
  ['Microsoft Edge', 'Edge'],
  ['Miui', 'MIUI Browser'],
  ['MZ Browser', 'Meizu Browser'],
  ['NAVER Whale Browser', 'Whale'],
  ['Opera Coast', 'Opera'],
  ['Opera Touch', 'Opera'],
  ['QQ Browser Lite', 'QQ Browser'],
  ['Samsung Internet for Android', 'Samsung Internet'],
  ['Sailfish', 'Sailfish Browser'],
  ['Swing', 'Swing Browser'],
  ['Bada', 'Samsung Internet'],
  ['Tizen', 'Samsung Internet'],
  ['WebOS Browser', 'webOS Browser'],
  ['PlayStation 4', 'PlayStation'],
]);

/** What only the surroundings tell: see `browser.ts`. */
export const WEB_VIEWS = { android: 'Android WebView', ios: 'iOS WebView' } as const;

/** Systems that the library does not know or takes for another. A group is the version. */
export const SYSTEM_MARKS: readonly { name: string; mark: RegExp }[] = [
  { name: 'KaiOS', mark: /\bKAIOS\/(\d+)/ },
  { name: 'PlayStation', mark: /\bPlayStation (\d)?/ },
  { name: 'Nintendo', mark: /\bNintendo\b/ },
  { name: 'HarmonyOS', mark: /\b(?:OpenHarmony|HarmonyOS) ?(\d+)?/ },
  { name: 'webOS', mark: /\bWeb0S\b/ },
  { name: 'FreeBSD', mark: /\bFreeBSD\b/ },
  { name: 'NetBSD', mark: /\bNetBSD\b/ },
  { name: 'OpenBSD', mark: /\bOpenBSD\b/ },
];

/** What bowser calls systems. */
export const LIBRARY_SYSTEMS: ReadonlyMap<string, string> = new Map([
  ...same('Android, Bada, BlackBerry, HarmonyOS, iOS, Linux, macOS, Tizen, Windows, Windows Phone'),
  ['Chrome OS', 'ChromeOS'],
  ['PlayStation 4', 'PlayStation'],
  ['Roku', 'Roku OS'],
  ['WebOS', 'webOS'],
]);

/** What hints call systems. */
export const PLATFORMS: ReadonlyMap<string, string> = new Map([
  ...same('Android, iOS, Linux, macOS, Windows'),
  ['Chrome OS', 'ChromeOS'],
  ['Chromium OS', 'ChromeOS'],
]);

/** Everything a browser may be counted under. */
export function browserNames(): string[] {
  const marks = MARKS.map(({ name }) => name);
  return unique([...marks, ...BRANDS.values(), ...LIBRARY_BROWSERS.values(), ...Object.values(WEB_VIEWS)]);
}

/** Everything a system may be counted under. */
export function systemNames(): string[] {
  const marks = SYSTEM_MARKS.map(({ name }) => name);
  return unique([...marks, ...LIBRARY_SYSTEMS.values(), ...PLATFORMS.values()]);
}

/** Names that are ours as well. */
function same(names: string): [string, string][] {
  return names.split(',').map((name) => [name.trim(), name.trim()]);
}

function unique(names: string[]): string[] {
  return [...new Set(names)].sort((a, b) => a.localeCompare(b, 'en'));
}
