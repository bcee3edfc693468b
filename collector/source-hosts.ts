import type { Kind } from './source-list.ts';

/** Sources that go by their host, with its sub-domains. Facts from the same lists as those with a name. */
export const unnamed: Partial<Record<Kind, string>> = {
  search: `
    biglobe.co.jp biglobe.ne.jp search.biglobe.ne.jp centrum.cz search.comcast.net search.xfinity.com search.smt.docomo.ne.jp
    sp-web.search.auone.jp search.goo.ne.jp search.nifty.com websearch.rakuten.co.jp eniro.se exalead.com globo.com
    kvasir.no najdi.si neti.ee onet.pl szukaj.onet.pl search.wp.pl startsiden.no sesam.no terra.com.br tut.by search.ukr.net
    virgilio.it ricerca.virgilio.it search.ch search.bluewin.ch suche.web.de suche.gmx.net suche.t-online.de fireball.de
    search.orange.fr lemoteur.orange.fr pesquisa.sapo.pt busca.uol.com.br search.walla.co.il info.com infospace.com
    metacrawler.com zapmeta.com webcrawler.com search.com search-results.com search.babylon.com search.conduit.com
    search.incredimail.com isearch.avg.com search.avg.com search.aliceadsl.fr yep.com gibiru.com gigablast.com marginalia.nu
    searx.be searx.space priv.au ekoru.org oceanhero.today karmasearch.org givero.com search.lycos.de
  `,
  social: `
    43things.com 51.com 5ch.net academia.edu activerain.com activeworlds.com addthis.com airg.ca allnurses.com
    allrecipes.com alumniclass.com ameba.jp ameblo.jp americantowns.com ancestry.com anobii.com answerbag.com
    answers.yahoo.com aolanswers.com artstation.com asmallworld.com askubuntu.com athlinks.com awe.sm baby-gaga.com
    babyblog.ru badoo.com beforeitsnews.com bebo.com biip.no blackplanet.com blip.fm blog.com blog.goo.ne.jp blog.naver.com
    m.blog.naver.com blog.yahoo.co.jp blogg.no bloggang.com blogger.com blogher.com bloglines.com blogs.com blogspot.com
    blogster.com bookmarks.yahoo.co.jp buzzfeed.com buzznet.com cafe.naver.com cafemom.com canalblog.com care2.com
    caringbridge.org catster.com centerblog.net chegg.com chiebukuro.yahoo.co.jp classmates.com cocolog-nifty.com
    copainsdavant.linternaute.com couchsurfing.org couchsurfing.com cozycot.com crunchyroll.com cyworld.com
    dailystrength.org deviantart.com dianping.com digg.com diigo.com disq.us disqus.com dogster.com dol2day.com draugiem.lv
    drugs-forum.com dzone.com edublogs.org epicurious.com everforo.com exblog.jp fandom.com fanpop.com fark.com fc2.com
    feedspot.com feministing.com filmaffinity.com flickr.com forums.androidcentral.com forums.crackberry.com
    forums.imore.com fotki.com fotolog.com foursquare.com fruehstueckstreff.org gaiaonline.com geni.com glassdoor.com
    goldenline.pl googlegroups.com groups.google.com plus.google.com messages.google.com sites.google.com govloop.com
    gree.jp gulli.com gutefrage.net habbo.com hatena.ne.jp hi5.com hootsuite.com houzz.com hubpages.com imageshack.com
    imageshack.us imgur.com imvu.com insanejournal.com instapaper.com internations.org interpals.net intherooms.com
    irc-galleria.net italki.com jappy.com jappy.de kin.naver.com last.fm librarything.com linktr.ee listal.com
    livedoor.com livejournal.com matrix.to meneame.net mewe.com minds.com mix.com mixi.jp mocospace.com mouthshut.com
    mubi.com my.mail.ru myanimelist.net myheritage.com mylife.com mymodernmet.com myspace.com netvibes.com nexopia.com
    nicovideo.jp ning.com note.com okwave.jp opendiary.com oshiete.goo.ne.jp over-blog.com overblog.com paper.li
    partyflock.nl photobucket.com pinboard.in pixiv.net plurk.com qzone.qq.com ravelry.com redux.com renren.com
    researchgate.net reunion.com reverbnation.com scoop.it scribd.com secondlife.com serverfault.com sharethis.com
    signal.org skyrock.com slashdot.org slideshare.net smartnews.com spaces.live.com stackapps.com stackexchange.com
    stardoll.com steamcommunity.com substack.com suomi24.fi superuser.com tagged.com taringa.net techmeme.com tieba.baidu.com
    toolbox.com travellerspoint.com trombi.com truthsocial.com tuenti.com twoo.com typepad.com unblog.fr viadeo.com
    wattpad.com webshots.com weebly.com weread.com wer-weiss-was.de wikihow.com wikitravel.org wordpress.com wordpress.org
    xanga.com yammer.com zoo.gr zooppa.com
  `,
  video: `
    crackle.com curiositystream.com d.tube justin.tv loom.com peertube.tv primevideo.com tudou.com utreon.com veoh.com
    vidyard.com viadeo.journaldunet.com video.ibm.com
  `,
  shopping: `
    bestbuy.com bol.com cdiscount.com coupang.com fnac.com jd.com kakaku.com kaufland.de kelkoo.com laredoute.fr
    newegg.com onbuy.com otto.de ozon.ru pricerunner.com pricerunner.se pricespy.co.uk prisjakt.nu shopping.com
    shopping.net simplycodes.com skroutz.gr taobao.com target.com tiktokshop.com tmall.com trendyol.com wayfair.com
    wildberries.ru wish.com
  `,
  ai: `
    aistudio.google.com andisearch.com chat.minimax.io chathub.gg exa.ai giga.chat komo.ai liner.com manus.im monica.im pi.ai
  `,
  email: 'connect.xfinity.com inbox.com mailbox.org posteo.de roundcube.net webmail.freenet.de',
};
