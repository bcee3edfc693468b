/** A landing (a query of `https://www.shop.example/page`, or a whole address), its referrer, and what it comes to; no source: ''. */
export type Case = [landing: string, referrer: string, source: string, channel: string];

export interface CaseGroup {
  rule: string;
  /** Who has published the rule; `ours`: `docs/decisions/sources.md`. */
  from: string;
  /** The site's hosts, where it has named them. */
  own?: string[];
  cases: Case[];
}

const GA4_SOURCES = 'https://support.google.com/analytics/answer/9756891, list of source categories';
const GA4_UNWANTED = 'https://support.google.com/analytics/answer/10327750';
const GCLID = 'https://support.google.com/google-ads/answer/9744275';
const SRSLTID = 'https://support.google.com/merchants/answer/15191080';
const TTCLID = 'https://ads.tiktok.com/help/article/tiktok-click-id';
const URLS = 'https://url.spec.whatwg.org';
const ANDROID = 'https://developer.android.com/reference/android/content/Intent#EXTRA_REFERRER_NAME';
const OURS = 'ours';

/** Where the source is found, and what is decided where others differ. */
export const sourceCases: CaseGroup[] = [
  {
    rule: 'gclid and its like: an ad of the platform, whoever refers; not where the address names another source',
    from: `${GCLID}; where others differ ${OURS}`,
    cases: [
      ['?gclid=x', '', 'Google', 'Paid Search'],
      ['?gclid=x', 'https://www.google.com/', 'Google', 'Paid Search'],
      ['?gclid=x', 'https://www.youtube.com/', 'YouTube', 'Paid Video'],
      ['?gclid=x', 'https://news.other.example/', 'Google', 'Paid Search'],
      ['?gbraid=x', '', 'Google', 'Paid Search'],
      ['?wbraid=x', '', 'Google', 'Paid Search'],
      ['?gad_source=1', '', 'Google', 'Paid Search'],
      ['?dclid=x', '', 'Google', 'Display'],
      ['?gclid=x&dclid=y', '', 'Google', 'Display'],
      ['?utm_campaign=May&gclid=x', '', 'Google', 'Paid Search'],
      ['?utm_source=google&utm_medium=organic&gclid=x', '', 'Google', 'Paid Search'],
      ['?utm_source=google&utm_medium=display&gclid=x', '', 'Google', 'Display'],
      ['?utm_source=youtube&gclid=x', '', 'YouTube', 'Paid Video'],
      ['?utm_source=partner&gclid=x', '', 'partner', 'Paid Other'],
      ['?utm_source=facebook&gclid=x', '', 'Facebook', 'Organic Social'],
      ['?utm_source=newsletter&utm_medium=email&gclid=x', '', 'Email', 'Email'],
      ['?utm_source=facebook&utm_medium=social&gclid=x', '', 'Facebook', 'Organic Social'],
      ['?msclkid=x', '', 'Bing', 'Paid Search'],
      ['?msclkid=x', 'https://duckduckgo.com/', 'DuckDuckGo', 'Paid Search'],
      ['?yclid=1', '', 'Yandex', 'Paid Search'],
      ['?twclid=x', 'https://t.co/abc', 'X', 'Paid Social'],
      ['?li_fat_id=x', '', 'LinkedIn', 'Paid Social'],
      ['?rdt_cid=x', '', 'Reddit', 'Paid Social'],
      ['?ScCid=x', '', 'Snapchat', 'Paid Social'],
      ['?epik=x', 'https://www.pinterest.com/', 'Pinterest', 'Paid Social'],
      ['?tblci=x', 'https://news.other.example/', 'Taboola', 'Paid Other'],
    ],
  },
  { rule: 'ttclid: only ads have it', from: TTCLID, cases: [['?ttclid=x', '', 'TikTok', 'Paid Social']] },
  {
    rule: 'ids that are behind links that nobody paid for name the source where nothing else does',
    from: `${SRSLTID}; ${OURS}`,
    cases: [
      ['?fbclid=x', '', 'Facebook', 'Organic Social'],
      ['?fbclid=x', 'https://l.instagram.com/', 'Instagram', 'Organic Social'],
      ['?fbclid=x', 'https://blog.other.example/', 'blog.other.example', 'Referral'],
      ['?fbclid=x&utm_medium=cpc', '', 'Facebook', 'Paid Social'],
      ['?igsh=x', '', 'Instagram', 'Organic Social'],
      ['?srsltid=x', 'https://www.google.com/', 'Google', 'Organic Search'],
      ['?ysclid=x', '', 'Yandex', 'Organic Search'],
      ['?awc=1_2', 'https://blog.other.example/', 'blog.other.example', 'Affiliates'],
      ['?irclickid=x', '', 'Impact', 'Affiliates'],
      ['?mc_cid=x&mc_eid=y', '', 'Mailchimp', 'Email'],
      ['?mc_eid=y', 'https://mail.google.com/', 'Gmail', 'Email'],
      ['?_hsmi=1', '', 'HubSpot', 'Email'],
    ],
  },
  {
    rule: 'a host under a known one is another source where it is another thing',
    from: `${GA4_SOURCES}; ${OURS}`,
    cases: [
      ['', 'https://mail.google.com/mail/u/0', 'Gmail', 'Email'],
      ['', 'https://docs.google.com/document/d/1', 'docs.google.com', 'Referral'],
      ['', 'https://support.google.com/', 'support.google.com', 'Referral'],
      ['', 'https://sites.google.com/view/x', 'sites.google.com', 'Organic Social'],
      ['', 'https://shopping.google.com/', 'Google Shopping', 'Organic Shopping'],
      ['', 'https://accounts.google.com/', '', 'Direct'],
      ['', 'https://finance.yahoo.com/', 'finance.yahoo.com', 'Referral'],
      ['', 'https://mail.yahoo.com/', 'Yahoo! Mail', 'Email'],
      ['', 'https://outlook.live.com/', 'Outlook', 'Email'],
      ['', 'https://e.mail.ru/', 'Mail.ru Mail', 'Email'],
      ['', 'https://mail.yandex.ru/', 'Yandex Mail', 'Email'],
      ['', 'https://webmail.provider.example/', 'webmail.provider.example', 'Email'],
      ['', 'https://aws.amazon.com/blogs/', 'aws.amazon.com', 'Referral'],
      ['', 'https://blog.naver.com/x', 'blog.naver.com', 'Organic Social'],
      ['', 'https://chat.qwen.ai/', 'Qwen', 'AI Assistants'],
    ],
  },
  {
    rule: 'a host that only looks like a known one is any other',
    from: OURS,
    cases: [
      ['', 'https://notwikipedia.org/', 'notwikipedia.org', 'Referral'],
      ['', 'https://netflix.com/', 'Netflix', 'Organic Video'],
      ['', 'https://myx.com/', 'myx.com', 'Referral'],
      ['', 'https://google.evil.com/', 'google.evil.com', 'Referral'],
      ['', 'https://google.com.evil.example/', 'google.com.evil.example', 'Referral'],
      ['', 'https://www.google.xyz/', 'google.xyz', 'Referral'],
      ['', 'https://notgoogle.com/', 'notgoogle.com', 'Referral'],
      ['', 'https://x.com.evil.example/', 'x.com.evil.example', 'Referral'],
      ['', 'https://evil.example/google.com/', 'evil.example', 'Referral'],
      ['', 'https://google.com@evil.example/', 'evil.example', 'Referral'],
      ['', 'android-app://com.evil.x.com/', 'com.evil.x.com', 'Referral'],
      ['', 'https://com.google.android.gm/', 'com.google.android.gm', 'Referral'],
      // A Cyrillic letter makes it another host, which it stays to be seen as.
      ['', 'https://g\u043eogle.com/', 'xn--gogle-jye.com', 'Referral'],
      ['?utm_source=google.evil.com', '', 'google.evil.com', 'Unassigned'],
    ],
  },
  {
    rule: 'utm_source in other writings: case, spaces, hosts and addresses',
    from: OURS,
    cases: [
      ['?utm_source=GOOGLE&utm_medium=CPC', '', 'Google', 'Paid Search'],
      ['?utm_source=%20google%20&utm_medium=cpc', '', 'Google', 'Paid Search'],
      ['?utm_source=Google%20Ads&utm_medium=cpc', '', 'Google', 'Paid Search'],
      ['?utm_source=google_ads&utm_medium=cpc', '', 'Google', 'Paid Search'],
      ['?utm_source=google.com&utm_medium=cpc', '', 'Google', 'Paid Search'],
      ['?utm_source=www.facebook.com', '', 'Facebook', 'Organic Social'],
      ['?utm_source=https%3A%2F%2Fwww.facebook.com%2Fpage', '', 'Facebook', 'Organic Social'],
      ['?utm_source=mail.google.com', '', 'Gmail', 'Email'],
      ['?utm_source=Hacker+News', '', 'Hacker News', 'Organic Social'],
      ['?utm_source=Partner', '', 'Partner', 'Unassigned'],
      ['?utm_source=partner.example', '', 'partner.example', 'Unassigned'],
      ['?utm_source=google&utm_source=bing', '', 'Google', 'Organic Search'],
    ],
  },
  {
    rule: 'a campaign counts before a referrer; a medium alone does not speak of the page that refers',
    from: OURS,
    cases: [
      ['?utm_source=facebook', 'https://www.google.com/', 'Facebook', 'Organic Social'],
      ['?utm_medium=email', 'https://www.google.com/', 'Google', 'Email'],
      ['?utm_medium=email', 'https://mail.google.com/', 'Gmail', 'Email'],
      ['?utm_medium=print', 'https://www.google.com/', 'Google', 'Unassigned'],
      ['?utm_campaign=May', 'https://www.google.com/', 'Google', 'Organic Search'],
      ['?utm_campaign=May', 'https://blog.other.example/', 'blog.other.example', 'Referral'],
      ['?utm_source=partner&utm_medium=newsletter', '', 'partner', 'Email'],
      ['?utm_source=partner&utm_medium=affiliates', '', 'partner', 'Affiliates'],
    ],
  },
  {
    rule: 'ref and source name a source, as a page would that refers',
    from: OURS,
    cases: [
      ['?ref=producthunt', '', 'producthunt', 'Referral'],
      ['?source=hn', '', 'Hacker News', 'Organic Social'],
      ['?ref=footer', 'https://www.google.com/', 'footer', 'Referral'],
      ['?ref=a&utm_source=facebook', '', 'Facebook', 'Organic Social'],
      ['?ref=partner&utm_medium=cpc', '', 'partner', 'Paid Other'],
    ],
  },
  {
    rule: 'android-app: an app is known by its whole name',
    from: ANDROID,
    cases: [
      ['', 'android-app://com.google.android.googlequicksearchbox/', 'Google', 'Organic Search'],
      ['', 'android-app://com.google.android.gm/', 'Gmail', 'Email'],
      ['', 'android-app://com.reddit.frontpage/', 'Reddit', 'Organic Social'],
      ['', 'android-app://com.slack/https/www.shop.example', 'Slack', 'Organic Social'],
      ['', 'android-app://com.openai.chatgpt', 'ChatGPT', 'AI Assistants'],
      ['', 'android-app://org.other.reader/', 'org.other.reader', 'Referral'],
    ],
  },
  {
    rule: 'what is parsed is an address as browsers parse it',
    from: URLS,
    cases: [
      ['', 'https://www.google.com:443/', 'Google', 'Organic Search'],
      ['', 'https://blog.other.example:8443/a', 'blog.other.example', 'Referral'],
      ['', 'HTTPS://WWW.GOOGLE.COM./', 'Google', 'Organic Search'],
      ['', 'https://b\u00fccher.example/', 'xn--bcher-kva.example', 'Referral'],
      ['', 'http://93.184.216.34/a', '93.184.216.34', 'Referral'],
      ['', 'http://[2001:db8::1]/', '[2001:db8::1]', 'Referral'],
      ['', 'not an address', '', 'Direct'],
      ['', 'about:client', '', 'Direct'],
      ['', 'file:///home/page.html', '', 'Direct'],
      ['', 'chrome-extension://abcdef/page.html', '', 'Direct'],
      ['', 'javascript:alert(1)', '', 'Direct'],
      ['', 'https://', '', 'Direct'],
      ['', `https://${'a.'.repeat(200)}example/`, '', 'Direct'],
    ],
  },
  {
    rule: 'a private host is no source, but for a page on another',
    from: OURS,
    cases: [
      ['', 'http://localhost:3000/', '', 'Direct'],
      ['', 'http://127.0.0.1:8080/', '', 'Direct'],
      ['', 'http://127.1/', '', 'Direct'],
      ['', 'http://[::1]/', '', 'Direct'],
      ['', 'http://192.168.1.5/wiki', '', 'Direct'],
      ['', 'http://intranet/wiki', '', 'Direct'],
      ['http://wiki.internal/', 'http://tickets.internal/1', 'tickets.internal', 'Referral'],
      ['http://192.168.1.5/', 'http://192.168.1.6/', '192.168.1.6', 'Referral'],
    ],
  },
  {
    rule: 'the host of the page is no source; its sub-domains are, unless the site names it',
    from: GA4_UNWANTED,
    cases: [
      ['', 'https://www.shop.example/other', '', 'Direct'],
      ['', 'https://shop.example/', '', 'Direct'],
      ['', 'https://blog.shop.example/', 'blog.shop.example', 'Referral'],
      ['', 'https://othershop.example/', 'othershop.example', 'Referral'],
      ['?utm_source=leaflet', 'https://www.shop.example/', 'leaflet', 'Unassigned'],
      ['?ref=www.shop.example', '', '', 'Direct'],
      ['?source=Shop.Example', 'https://news.example/', 'news.example', 'Referral'],
      ['?utm_source=shop.example&gclid=x', '', 'Google', 'Paid Search'],
    ],
  },
  {
    rule: 'the hosts of the site are no sources, nor are their sub-domains',
    from: GA4_UNWANTED,
    own: ['shop.example', 'shop-help.example', 'www.shop-blog.example'],
    cases: [
      ['https://pay.shop.example/', 'https://www.shop.example/cart', '', 'Direct'],
      ['', 'https://shop-help.example/', '', 'Direct'],
      ['', 'https://en.shop-help.example/a', '', 'Direct'],
      ['', 'https://www.shop-help.example/', '', 'Direct'],
      ['', 'https://shop-blog.example/', '', 'Direct'],
      ['', 'https://notshop-help.example/', 'notshop-help.example', 'Referral'],
      ['', 'https://shop-help.example.evil.example/', 'shop-help.example.evil.example', 'Referral'],
      ['?gclid=x', 'https://shop-help.example/', 'Google', 'Paid Search'],
      ['?utm_source=en.shop-help.example', '', '', 'Direct'],
    ],
  },
  {
    rule: 'pages for payment and sign-in are no sources',
    from: GA4_UNWANTED,
    cases: [
      ['/thanks', 'https://checkout.stripe.com/', '', 'Direct'],
      ['/thanks', 'https://www.paypal.com/checkoutnow', '', 'Direct'],
      ['/thanks', 'https://pay.klarna.com/', '', 'Direct'],
      ['/thanks', 'https://secure.przelewy24.pl/', '', 'Direct'],
      ['/thanks', 'https://pay.amazon.com/', '', 'Direct'],
      ['/in', 'https://login.microsoftonline.com/', '', 'Direct'],
      ['', 'https://stripe.com/blog/post', 'stripe.com', 'Referral'],
      ['', 'https://www.klarna.com/store/shop', 'klarna.com', 'Referral'],
      ['?utm_source=paypal&utm_medium=email', '', 'paypal', 'Email'],
      ['?utm_source=paypal.com', '', 'paypal.com', 'Unassigned'],
    ],
  },
];
