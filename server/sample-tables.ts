import type { Acquisition, Context } from '../core/event.ts';

/** What the sample data is made of: a small firm that sells a tool, writes about it and documents it. Weights, not shares. */

type Weighted<T> = readonly (readonly [T, number])[];

/** Where a reader goes from each page; a page that is not here is the end of the way. */
export const ways: Record<string, Weighted<string>> = {
  '/': [
    ['/features', 30],
    ['/pricing', 26],
    ['/blog', 14],
    ['/docs', 14],
    ['/about', 8],
    ['/changelog', 5],
    ['/contact', 3],
  ],
  '/features': [
    ['/pricing', 48],
    ['/docs', 20],
    ['/', 12],
    ['/features/reports', 12],
    ['/features/privacy', 12],
  ],
  '/features/reports': [
    ['/features', 30],
    ['/pricing', 40],
  ],
  '/features/privacy': [
    ['/features', 30],
    ['/pricing', 30],
    ['/docs/self-hosting', 20],
  ],
  '/pricing': [
    ['/signup', 42],
    ['/features', 18],
    ['/contact', 8],
    ['/docs', 8],
    ['/', 8],
  ],
  '/signup': [
    ['/signup/welcome', 58],
    ['/pricing', 20],
  ],
  '/signup/welcome': [['/docs/install', 70]],
  '/blog': [
    ['/blog/a-year-without-cookies', 30],
    ['/blog/counting-is-hard', 26],
    ['/blog/small-scripts', 18],
    ['/', 8],
  ],
  '/blog/a-year-without-cookies': [
    ['/blog', 24],
    ['/features/privacy', 20],
    ['/pricing', 10],
    ['/', 14],
  ],
  '/blog/counting-is-hard': [
    ['/blog', 24],
    ['/', 20],
    ['/docs', 10],
  ],
  '/blog/small-scripts': [
    ['/blog', 24],
    ['/docs/install', 16],
    ['/', 10],
  ],
  '/docs': [
    ['/docs/install', 44],
    ['/docs/api', 20],
    ['/docs/self-hosting', 18],
    ['/docs/events', 16],
  ],
  '/docs/install': [
    ['/docs/events', 34],
    ['/docs', 20],
    ['/docs/api', 16],
  ],
  '/docs/events': [
    ['/docs/api', 34],
    ['/docs', 20],
  ],
  '/docs/api': [['/docs', 30]],
  '/docs/self-hosting': [
    ['/docs/install', 40],
    ['/docs', 20],
    ['/pricing', 10],
  ],
};

/** How likely a reader goes on from a page. */
export const goesOn = 0.6;

/** Where visits come from, and the pages they begin on. */
export interface Origin {
  acquisition?: Acquisition;
  entries: Weighted<string>;
}

const home: Weighted<string> = [
  ['/', 70],
  ['/pricing', 8],
  ['/docs', 12],
  ['/blog', 6],
  ['/changelog', 4],
];
const reading: Weighted<string> = [
  ['/blog/counting-is-hard', 30],
  ['/blog/a-year-without-cookies', 28],
  ['/blog/small-scripts', 14],
  ['/docs/install', 14],
  ['/', 30],
  ['/docs/self-hosting', 10],
  ['/features/privacy', 8],
];
const oneArticle: Weighted<string> = [['/blog/counting-is-hard', 1]];

function from(source: string, channel: string, referrer: string, entries: Weighted<string>): Origin {
  return { acquisition: { source, channel, referrer }, entries };
}

function campaign(
  [source, channel]: [string, string],
  [utm_source, utm_medium, utm_campaign]: [string, string, string],
  entries: Weighted<string>,
  more: Acquisition = {},
): Origin {
  return { acquisition: { source, channel, utm_source, utm_medium, utm_campaign, ...more }, entries };
}

/** On any day. */
export const origins: Weighted<Origin> = [
  [{ entries: home }, 300],
  [from('Google', 'Organic Search', 'google.com', reading), 262],
  [from('DuckDuckGo', 'Organic Search', 'duckduckgo.com', reading), 46],
  [from('Bing', 'Organic Search', 'bing.com', reading), 30],
  [from('Ecosia', 'Organic Search', 'ecosia.org', reading), 10],
  [from('Reddit', 'Organic Social', 'reddit.com/r/selfhosted', reading), 34],
  [from('LinkedIn', 'Organic Social', 'linkedin.com', home), 26],
  [from('Mastodon', 'Organic Social', 'fosstodon.org', reading), 18],
  [from('Bluesky', 'Organic Social', 'bsky.app', reading), 14],
  [from('YouTube', 'Organic Video', 'youtube.com', home), 12],
  [from('ChatGPT', 'AI Assistants', 'chatgpt.com', reading), 34],
  [from('Perplexity', 'AI Assistants', 'perplexity.ai', reading), 12],
  [from('github.com', 'Referral', 'github.com/topics/analytics', home), 40],
  [from('weblog.example', 'Referral', 'weblog.example/tools-we-like', home), 18],
  [from('wiki.example', 'Referral', 'wiki.example/web-analytics', reading), 12],
  [
    campaign(
      ['Google', 'Paid Search'],
      ['google', 'cpc', 'analytics-de'],
      [
        ['/', 60],
        ['/pricing', 30],
      ],
      {
        utm_term: 'web analytics',
        utm_content: 'headline-b',
      },
    ),
    26,
  ],
  [campaign(['LinkedIn', 'Paid Social'], ['linkedin', 'paid-social', 'autumn'], [['/features', 1]]), 14],
];

/** On Thursdays a letter goes out. */
export const letter = campaign(
  ['Email', 'Email'],
  ['newsletter', 'email', 'weekly-letter'],
  [
    ['/blog/a-year-without-cookies', 40],
    ['/changelog', 30],
    ['/blog', 20],
  ],
);

/** Once an article is passed around. */
export const hit = from('Hacker News', 'Organic Social', 'news.ycombinator.com/item', oneArticle);

/** With the language that most of its visitors have. */
export const places: Weighted<readonly [country: string, language: string]> = [
  [['DE', 'de-DE'], 210],
  [['US', 'en-US'], 190],
  [['GB', 'en-GB'], 88],
  [['FR', 'fr-FR'], 70],
  [['NL', 'nl-NL'], 56],
  [['AT', 'de-AT'], 40],
  [['CH', 'de-CH'], 38],
  [['IN', 'en-IN'], 36],
  [['CA', 'en-CA'], 34],
  [['SE', 'sv-SE'], 28],
  [['ES', 'es-ES'], 26],
  [['PL', 'pl-PL'], 24],
  [['IT', 'it-IT'], 22],
  [['BR', 'pt-BR'], 20],
  [['JP', 'ja-JP'], 18],
  [['AU', 'en-AU'], 16],
  [['DK', 'da-DK'], 14],
  [['FI', 'fi-FI'], 12],
  [['CZ', 'cs-CZ'], 10],
  [['NZ', 'en-NZ'], 5],
];

/** Where in them: few cities, for each is an entry of the log more. */
export const cities: Record<string, Weighted<readonly [region: string, city: string]>> = {
  DE: [
    [['DE-BE', 'Berlin'], 36],
    [['DE-BY', 'Munich'], 15],
  ],
  US: [
    [['US-NY', 'New York'], 42],
    [['US-CA', 'San Francisco'], 31],
  ],
  GB: [[['GB-ENG', 'London'], 1]],
  FR: [[['FR-IDF', 'Paris'], 1]],
  NL: [[['NL-NH', 'Amsterdam'], 1]],
  AT: [[['AT-9', 'Vienna'], 1]],
  CH: [[['CH-ZH', 'Zurich'], 1]],
};

function machine(browser: string, browser_version: string, os: string, os_version: string, device: string): Context {
  return { browser, browser_version, os, os_version, device };
}

export const machines: Weighted<Context> = [
  [machine('Chrome', '142', 'Windows', '11', 'desktop'), 210],
  [machine('Chrome', '142', 'macOS', '15', 'desktop'), 130],
  [machine('Safari', '26', 'macOS', '15', 'desktop'), 76],
  [machine('Firefox', '145', 'Windows', '11', 'desktop'), 56],
  [machine('Firefox', '145', 'Linux', '', 'desktop'), 48],
  [machine('Chrome', '141', 'Linux', '', 'desktop'), 34],
  [machine('Edge', '142', 'Windows', '11', 'desktop'), 62],
  [machine('Safari', '26', 'iOS', '26', 'mobile'), 168],
  [machine('Chrome', '142', 'Android', '16', 'mobile'), 130],
  [machine('Samsung Internet', '28', 'Android', '15', 'mobile'), 26],
  [machine('Firefox', '145', 'Android', '16', 'mobile'), 14],
  [machine('Safari', '26', 'iPadOS', '26', 'tablet'), 30],
];

/** Share of a day's visits by the hour, in UTC. */
export const hours: Weighted<number> = [
  9, 7, 6, 5, 6, 10, 20, 36, 52, 60, 62, 58, 54, 60, 64, 66, 62, 54, 48, 46, 42, 34, 24, 15,
].map((weight, hour) => [hour, weight] as const);

/** Against an ordinary day, Sunday first. */
export const weekdays = [0.58, 1.02, 1.08, 1.05, 1.1, 0.9, 0.52] as const;

/** What may happen on a page: a custom event, how likely, and the values of its property. */
export const doings: Record<string, { name: string; chance: number; property: string; values: Weighted<string> }> = {
  '/signup/welcome': {
    name: 'signup',
    chance: 1,
    property: 'plan',
    values: [
      ['free', 62],
      ['team', 28],
      ['business', 10],
    ],
  },
  '/pricing': {
    name: 'calculator',
    chance: 0.22,
    property: 'period',
    values: [
      ['monthly', 60],
      ['yearly', 40],
    ],
  },
  '/docs/self-hosting': {
    name: 'download',
    chance: 0.3,
    property: 'file',
    values: [
      ['docker-compose.yml', 70],
      ['footfall.tar.gz', 30],
    ],
  },
  '/blog/a-year-without-cookies': {
    name: 'newsletter',
    chance: 0.06,
    property: 'place',
    values: [
      ['end of article', 70],
      ['side', 30],
    ],
  },
  '/docs/api': {
    name: 'copy code',
    chance: 0.35,
    property: 'language',
    values: [
      ['curl', 60],
      ['JavaScript', 40],
    ],
  },
  '/contact': {
    name: 'message',
    chance: 0.3,
    property: 'topic',
    values: [
      ['sales', 50],
      ['support', 40],
      ['press', 10],
    ],
  },
};
