/**
 * Names that bots give in their user agents. Sources: the operators' own pages; for AI `crawler-user-agents` (its tag
 * `ai-crawler`; a test compares) and the list of ai.robots.txt, both MIT. Google-Extended and Applebot-Extended never send a
 * request: they are words for robots.txt.
 */

export const AI_BOTS = list(`
AI2Bot, Ai2Bot-Dolma, AISearchBot, Amazon-Bedrock-AgentCore-Browser, Amazonbot, AmazonBuyForMe, Amzn-SearchBot,
Amzn-User, Andibot, Anomura, anthropic-ai, ApifyBot, ApifyWebsiteContentCrawler, Aranet-SearchBot, atlassian-bot,
AzureAI-SearchBot, bedrockbot, bigsur.ai, Bravebot, Brightbot, Bytespider, CCBot, Channel3Bot, ChatGLM-Spider,
ChatGPT-User, ChatGPT Agent, Claude-Code, Claude-SearchBot, Claude-User, Claude-Web, ClaudeBot, Cloudflare-AutoRAG,
cohere-ai, cohere-training-data-crawler, Cotoyogi, Crawl4AI, DeepSeekBot, Devin, Diffbot, DuckAssistBot,
ExteContextCrawl, FacebookBot, FirecrawlAgent, Flyriverbot, Gemini-Deep-Research, Google-Agent,
Google-CloudVertexBot, Google-Extended, Google-Gemini-CLI, Google-NotebookLM, GoogleAgent-Mariner, GPTBot, HenkBot,
iAskBot, iaskspider, ICC-Crawler, ImageMind, ImagesiftBot, imageSpider, img2dataset, kagi-fetcher, Kangaroo Bot,
KendraBot, KunatoCrawler, laion-huggingface-processor, LAIONDownloader, LinerBot, linkReader, LinkupBot, Manus-User,
meta-externalagent, meta-externalfetcher, meta-webindexer, MistralAI-User, newsai, NovaAct, Novellum, OAI-AdsBot,
OAI-SearchBot, opencode, PanguBot, Perplexity-User, PerplexityBot, PerplexityUser, PhindBot, Poggio-Citations,
SBIntuitionsBot, semantic-visions, ShapBot, Spawning-AI, spider.com, TaraGroup, TavilyBot, TerraCotta,
The Knowledge AI, Thinkbot, TikTokSpider, Timpibot, TSM-turingos, TwinAgent, Webzio-Extended, WRTNBot, YouBot,
ZanistaBot
`);

/** Browsers under a program, and what only programs use. */
export const AUTOMATION = list(`
HeadlessChrome, Chrome-Headless-Shell, PhantomJS, SlimerJS, Puppeteer, Playwright, Selenium, Cypress, jsdom,
HappyDOM, HtmlUnit
`);

/** Those that isbot takes for browsers; from the instances of `crawler-user-agents`. */
export const MISSED = list(`
GTmetrix, Miniature.io, TSM-turingos, YLT
`);

/** Others that sites see often, to be told who it was. */
export const NAMED_BOTS = list(`
AdsBot-Google, AhrefsBot, AhrefsSiteAudit, Apache-HttpClient, APIs-Google, Applebot, archive.org_bot, axios,
Baiduspider, Barkrowler, bingbot, BingPreview, BLEXBot, Bluesky, Chrome-Lighthouse, curl, DataForSeoBot,
DatadogSynthetics, Discordbot, DotBot, DuckDuckBot, facebookexternalhit, Feedly, Go-http-client,
Google-InspectionTool, Google-Read-Aloud, Googlebot, Googlebot-Image, GoogleOther, HTTPie, ia_archiver, Iframely,
Java, libwww-perl, LinkedInBot, Mastodon, Mediapartners-Google, meta-externalads, MicrosoftPreview, MJ12bot, msnbot,
node-fetch, okhttp, PetalBot, Pingdom, Pinterestbot, Postman, PostmanRuntime, python-requests, python-httpx,
Python-urllib, redditbot, rogerbot, Scrapy, Screaming Frog SEO Spider, SemrushBot, SeznamBot, SkypeUriPreview,
Slackbot, Slurp, Sogou, StatusCake, Storebot-Google, TelegramBot, Twitterbot, undici, Uptime-Kuma, UptimeRobot,
WhatsApp, Wget, YandexBot, YandexImages, Yahoo! Slurp, Yeti
`);

function list(text: string): readonly string[] {
  return text
    .trim()
    .split(',')
    .map((name) => name.trim());
}
