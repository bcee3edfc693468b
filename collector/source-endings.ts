/** Under which endings the host belongs to its owner: under any other (`google.evil.example`) it is somebody else's. */
export const endings: Record<string, string> = {
  google:
    'com ad ae al am as at az ba be bf bg bi bj bs bt by ca cat cd cf cg ch ci cl cm cn cv cz de dj dk dm dz ee es fi fm ' +
    'fr ga ge gg gl gm gp gr gy hn hr ht hu ie im iq is it je jo kg ki kz la li lk lt lu lv md me mg mk ml mn ms mu mv mw ' +
    'ne nl no nr nu pl pn ps pt ro rs ru rw sc se sh si sk sm sn so sr st td tg tk tl tm tn to tt us vg vu ws ' +
    'co.ao co.bw co.ck co.cr co.id co.il co.in co.je co.jp co.ke co.kr co.ls co.ma co.mz co.nz co.th co.tz co.ug co.uk ' +
    'co.uz co.ve co.vi co.za co.zm co.zw com.af com.ag com.ai com.ar com.au com.bd com.bh com.bn com.bo com.br com.bz ' +
    'com.co com.cu com.cy com.do com.ec com.eg com.et com.fj com.gh com.gi com.gt com.hk com.jm com.kh com.kw com.lb ' +
    'com.lc com.ly com.mm com.mt com.mx com.my com.na com.nf com.ng com.ni com.np com.om com.pa com.pe com.pg com.ph ' +
    'com.pk com.pr com.py com.qa com.sa com.sb com.sg com.sl com.sv com.tj com.tr com.tw com.ua com.uy com.vc com.vn',
  yandex: 'ru com az by co.il com.am com.ge com.tr com.ua ee eu fr kg kz lt lv md net org pl tj tm ua uz',
  pinterest:
    'com at be ca ch cl co.at co.in co.kr co.nz co.uk com.au com.bo com.ec com.mx com.pe com.py com.uy com.vn de dk ec ' +
    'es fr hu id ie in it jp kr mx nl nz pe ph pt ru se th tw uk vn',
  amazon: 'com ae ca cn co.jp co.uk co.za com.au com.be com.br com.mx com.tr de eg es fr ie in it nl pl sa se sg',
  ebay: 'com at be ca ch cn co.uk com.au com.hk com.my com.sg de es fr ie in it nl ph pl us vn',
  mercadolibre:
    'com cl co.cr com.ar com.bo com.co com.do com.ec com.gt com.hn com.mx com.ni com.pa com.pe com.py com.sv com.uy com.ve',
  aliexpress: 'com ru us',
  shopee: 'com cl cn co.id co.th com.br com.co com.mx com.my ph sg tw vn',
  lazada: 'com co.id co.th com.my com.ph sg vn',
  zalando: 'com at be ch co.uk cz de dk ee es fi fr hr hu ie it lt lv nl no pl ro se si sk',
  idealo: 'de at co.uk es fr it',
};
