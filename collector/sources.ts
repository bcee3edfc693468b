/** What the source of a visit is, which decides its channel. */
export type Kind = 'search' | 'social' | 'ai' | 'email' | 'video' | 'shopping';

export interface Source {
  name: string;
  kind: Kind;
}

/**
 * The sources known by name: the hosts of their referrers (with all sub-domains; a trailing dot stands for any ending,
 * as in `google.`, `google.co.uk`), and the values of `utm_source` that mean them.
 */
const table: [name: string, kind: Kind, hosts: string, aliases?: string][] = [
  ['Google', 'search', 'google. com.google.android.googlequicksearchbox', 'google adwords googleads google-ads'],
  ['Bing', 'search', 'bing.com', 'bing bingads'],
  ['DuckDuckGo', 'search', 'duckduckgo.com', 'duckduckgo ddg'],
  ['Yahoo!', 'search', 'search.yahoo.com yahoo.com search.yahoo.co.jp', 'yahoo'],
  ['Yandex', 'search', 'yandex. ya.ru', 'yandex'],
  ['Baidu', 'search', 'baidu.com', 'baidu'],
  ['Ecosia', 'search', 'ecosia.org', 'ecosia'],
  ['Brave', 'search', 'search.brave.com'],
  ['Startpage', 'search', 'startpage.com', 'startpage'],
  ['Qwant', 'search', 'qwant.com', 'qwant'],
  ['Kagi', 'search', 'kagi.com', 'kagi'],
  ['Naver', 'search', 'search.naver.com naver.com', 'naver'],
  ['Seznam', 'search', 'search.seznam.cz seznam.cz', 'seznam'],
  ['Sogou', 'search', 'sogou.com'],
  ['Mojeek', 'search', 'mojeek.com'],
  ['Facebook', 'social', 'facebook.com fb.com fb.me com.facebook.katana', 'facebook fb'],
  ['Instagram', 'social', 'instagram.com com.instagram.android', 'instagram ig'],
  ['Threads', 'social', 'threads.net threads.com', 'threads'],
  ['X', 'social', 'x.com twitter.com t.co com.twitter.android', 'x twitter'],
  ['LinkedIn', 'social', 'linkedin.com lnkd.in com.linkedin.android', 'linkedin'],
  ['Reddit', 'social', 'reddit.com redd.it com.reddit.frontpage', 'reddit'],
  ['Pinterest', 'social', 'pinterest. pin.it', 'pinterest'],
  ['TikTok', 'social', 'tiktok.com', 'tiktok'],
  ['Bluesky', 'social', 'bsky.app', 'bluesky bsky'],
  ['Mastodon', 'social', 'mastodon.social mastodon.online fosstodon.org', 'mastodon'],
  ['Hacker News', 'social', 'news.ycombinator.com hckrnews.com', 'hackernews hn'],
  ['Lobsters', 'social', 'lobste.rs'],
  ['VK', 'social', 'vk.com', 'vk'],
  ['Telegram', 'social', 't.me web.telegram.org org.telegram.messenger', 'telegram'],
  ['WhatsApp', 'social', 'whatsapp.com wa.me com.whatsapp', 'whatsapp'],
  ['Discord', 'social', 'discord.com discordapp.com', 'discord'],
  ['Slack', 'social', 'slack.com com.slack', 'slack'],
  ['Quora', 'social', 'quora.com', 'quora'],
  ['Tumblr', 'social', 'tumblr.com', 'tumblr'],
  ['Weibo', 'social', 'weibo.com weibo.cn', 'weibo'],
  ['XING', 'social', 'xing.com', 'xing'],
  ['YouTube', 'video', 'youtube.com youtu.be com.google.android.youtube', 'youtube'],
  ['Vimeo', 'video', 'vimeo.com', 'vimeo'],
  ['Twitch', 'video', 'twitch.tv', 'twitch'],
  ['ChatGPT', 'ai', 'chatgpt.com chat.openai.com', 'chatgpt chatgpt.com openai'],
  ['Claude', 'ai', 'claude.ai', 'claude'],
  ['Perplexity', 'ai', 'perplexity.ai', 'perplexity'],
  ['Gemini', 'ai', 'gemini.google.com bard.google.com', 'gemini'],
  ['Copilot', 'ai', 'copilot.microsoft.com copilot.cloud.microsoft', 'copilot'],
  ['DeepSeek', 'ai', 'chat.deepseek.com', 'deepseek'],
  ['Mistral', 'ai', 'chat.mistral.ai', 'mistral'],
  ['Grok', 'ai', 'grok.com', 'grok'],
  ['Meta AI', 'ai', 'meta.ai'],
  ['Gmail', 'email', 'mail.google.com com.google.android.gm', 'gmail'],
  ['Outlook', 'email', 'outlook.live.com outlook.office.com outlook.office365.com', 'outlook'],
  ['Yahoo! Mail', 'email', 'mail.yahoo.com'],
  ['Proton Mail', 'email', 'mail.proton.me'],
  ['Email', 'email', '', 'email e-mail mail newsletter'],
  ['Amazon', 'shopping', 'amazon.', 'amazon'],
  ['eBay', 'shopping', 'ebay.', 'ebay'],
  ['Etsy', 'shopping', 'etsy.com', 'etsy'],
];

const byHost = new Map<string, Source>();
const byAlias = new Map<string, Source>();
for (const [name, kind, hosts, aliases = ''] of table) {
  const source = { name, kind };
  for (const host of hosts.split(' ')) if (host) byHost.set(host, source);
  for (const alias of aliases.split(' ')) if (alias) byAlias.set(alias, source);
}

/** Labels of a host that are looked at, from its end. */
const LABELS_MAX = 6;

/** The source a referrer's host belongs to: the longest match counts, so `mail.google.com` is Gmail. */
export function sourceOfHost(host: string): Source | undefined {
  const labels = host.split('.').slice(-LABELS_MAX);
  for (let from = 0; from < labels.length; from++) {
    const exact = byHost.get(labels.slice(from).join('.'));
    if (exact) return exact;
    const anyEnding = isEnding(labels.slice(from + 1)) ? byHost.get(`${labels[from]}.`) : undefined;
    if (anyEnding) return anyEnding;
  }
  return undefined;
}

/** `com` and `co.uk`, but not `evil.com`: anyone can have a `google.evil.com`. */
function isEnding([first = '', second, third]: string[]): boolean {
  return first !== '' && third === undefined && (second === undefined || ['co', 'com', 'net', 'org'].includes(first));
}

/** The source that a `utm_source` names. */
export function sourceOfName(name: string): Source | undefined {
  return byAlias.get(name.trim().toLowerCase());
}
