import { describe, expect, test } from 'vitest';
import { newId } from '../core/id.ts';
import { ask as askReporting } from './reporting/told.ts';
import { deployment } from './support/deployment.ts';
import { drained, send } from './support/http.ts';
import { quietMoment } from './support/moment.ts';
import { findInData } from './support/traces-in-data.ts';
import { find, tracesOf } from './support/traces.ts';

const { newData, start, run } = deployment();

/** Of countries that are known, so that they have been looked up. */
const ipv4 = '8.8.8.187';
const ipv6 = '2001:4860:5ca1:ab1e:7e57:1d3a:90fe:c0de';
const called = '130.59.31.219';
/** A browser of its own kind: what is unlike all others must not be kept. */
const agents = {
  browser:
    'Mozilla/5.0 (X11; Linux x86_64; Quaxelbrot) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.7531.94 Safari/537.36',
  bot: 'Zwiebelcrawlbot/1.0 (+http://bot.example/)',
  called:
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1; Kribbelfant) AppleWebKit/605.1.15 Version/18.1 Mobile/15E148 Safari/604.1',
};

const secrets = {
  'IPv4 address': ipv4,
  'IPv4 address, packed': Buffer.from(ipv4.split('.').map(Number)),
  'IPv6 address': ipv6,
  'IPv6 address, packed': Buffer.from(ipv6.replaceAll(':', ''), 'hex'),
  'half of the IPv6 address': '2001:4860:5ca1:ab1e',
  'address in a call': called,
  'agent of a browser': 'Quaxelbrot',
  'version of a browser': '142.0.7531',
  'agent of a bot': 'Zwiebelcrawlbot',
  'agent in a call': 'Kribbelfant',
  'e-mail address': 'Gertrud.Knallhoff@privatpost.example',
  'e-mail user': 'gertrud.knallhoff',
  'e-mail domain': 'privatpost.example',
  'card number': '4111 1111 1111 1111',
  'key of a service': 'sk_live_Zwiebel4716kuchenRezept',
  'secret in a query': 'Geheimwort4711',
  'secret in a fragment': 'Fragmentwort4712',
  'secret in a referrer': 'Verweiswort4713',
  'password in an address': 'Passwort4714',
  'secret in a refused event': 'Ablehnwort4715',
};
/** What is kept, and so must be found: the search works. */
const kept = { path: '/sichtbarer-pfad', event: 'sichtbares-ereignis', 'user id': 'sichtbarer-nutzer' };

describe('after a run', () => {
  test('no address, no agent, no e-mail address and no query is in any file, log or answer', async () => {
    const data = await newData();
    const server = await start(data, { TRUSTED_PROXIES: '127.0.0.1,::1' });
    const { collector, reporting } = server;
    const seen: string[] = [];
    const traces = tracesOf(secrets);

    async function ask(answer: Promise<Response>, status: number): Promise<void> {
      const {
        headers,
        status: got,
        ...rest
      } = await answer.then(async (one) => ({
        headers: JSON.stringify([...one.headers]),
        status: one.status,
        text: await one.text(),
      }));
      expect([got, rest.text]).toEqual([status, rest.text]);
      seen.push(headers, rest.text);
    }

    const browse = (address: string, agent: string, event: object, status = 202, more: object = {}) =>
      ask(
        send(
          `${collector}/e`,
          { site: 'a.example', sent: Date.now(), events: [{ id: newId(), time: Date.now(), ...event }], ...more },
          { 'user-agent': agent, 'x-forwarded-for': address, 'x-real-ip': address, forwarded: `for=${address}` },
        ),
        status,
      );
    const call = (more: object, status = 202) =>
      ask(send(`${collector}/event`, { site_id: 'a.example', event_type: 'page_view', path: '/', ...more }), status);

    const url = `https://u:Passwort4714@a.example${kept.path}?token=Geheimwort4711&utm_source=brief#Fragmentwort4712`;
    const referrer = 'https://b.example/x?session=Verweiswort4713#Verweiswort4713';
    for (const address of [ipv4, ipv6, `[${ipv6}]:4711`, `::ffff:${ipv4}`, `${ipv4}:1234`]) {
      await browse(address, agents.browser, { name: 'pageview', url, referrer });
      await browse(address, agents.browser, { name: kept.event, url }, 202, { user_id: secrets['e-mail address'] });
    }
    // Where pages put it by accident, in more than one spelling.
    const email = secrets['e-mail address'];
    for (const spelled of [email, email.toLowerCase(), email.replace('@', '%40'), `x+${email}`, `mailto:${email}`]) {
      const page = `https://a.example${kept.path}/${spelled}?utm_content=${spelled}`;
      const props = {
        an: spelled,
        [spelled]: true,
        karte: secrets['card number'],
        schluessel: secrets['key of a service'],
      };
      const told = { url: page, referrer: `https://b.example/${spelled}`, title: `An ${spelled}`, props };
      await browse(ipv4, agents.browser, { name: 'pageview', ...told });
      await browse(ipv4, agents.browser, { name: `an ${spelled}`, ...told });
      await browse(ipv4, agents.bot, { name: 'pageview', ...told }, 403);
      await call({ path: `/${spelled}`, referrer: told.referrer, title: told.title, metadata: props });
    }
    await browse(ipv4, agents.bot, { name: 'pageview', url, referrer }, 403);
    await browse(ipv4, agents.browser, { name: 'pageview', url: 'Ablehnwort4715' }, 400);
    // What is refused is shown to the site's owner.
    await browse(ipv4, agents.browser, { name: `an ${email}`, url, time: Date.now() - 3 * 86_400_000 }, 400);
    await call({ path: '/x?token=Geheimwort4711#Fragmentwort4712', timestamp: '2100-01-01T00:00:00Z' }, 400);
    await call({ path: '/x', hostname: email, user_id: `Gertrud <${email}>` });
    // Kafka's topics are shared with other tests: none of them has this site.
    const track = { event: `an ${email}`, site_id: 'tracks.example', user_id: email };
    const said = { url: `${url}&id=${email}`, ref: referrer, karte: secrets['card number'], an: email };
    await ask(send(`${collector}/track`, { ...track, props: said }), 200);
    await browse(
      ipv4,
      agents.browser,
      { name: 'pageview', url, Ablehnwort4715: 1, title: 'Ablehnwort4715'.repeat(99) },
      400,
    );
    await call({ user_id: secrets['e-mail address'], path: '/?x=Geheimwort4711#Fragmentwort4712', referrer });
    await call({ user_id: kept['user id'] });
    await call({ ip: called, user_agent: agents.called });
    await call({ ip: ipv6, user_agent: agents.called });
    await call({ ip: 'Ablehnwort4715' }, 400);
    await call({ site_id: 'Ablehnwort4715 ' }, 400);
    await ask(fetch(`${collector}/Ablehnwort4715`), 404);

    await drained(collector);
    const countries = async (): Promise<string[]> => {
      const answer = await askReporting(server, {
        site_id: 'a.example',
        date_range: '7d',
        metrics: ['visits'],
        dimensions: ['country'],
      });
      seen.push(JSON.stringify(answer));
      return answer.results.flatMap(({ dimensions }) => dimensions).toSorted();
    };
    await expect.poll(countries).toEqual(['', 'CH', 'US']);
    const { date } = quietMoment();
    const today = new Date().toISOString().slice(0, 10);
    for (const address of [
      `${collector}/metrics`,
      `${collector}/healthz`,
      `${reporting}/healthz`,
      `${reporting}/api/v1/refused?site_id=a.example`,
      `${reporting}/stats?site_id=a.example&date=${date}`,
      `${reporting}/stats?site_id=a.example&date=${today}`,
    ]) {
      await ask(fetch(address), 200);
    }
    for (const command of ['verify', 'site list', 'quarantine list']) {
      const { stdout, stderr } = await run(command.split(' '), data);
      seen.push(stdout, stderr);
    }

    const running = await findInData(traces, data);
    expect(await server.end('SIGTERM')).toEqual({ code: 0, signal: null });
    expect(running).toEqual([]);
    expect(await findInData(traces, data)).toEqual([]);
    expect(find(traces, 'the answers', seen.join('\n'))).toEqual([]);
    expect(find(traces, 'the output', server.output())).toEqual([]);
    for (const [name, value] of Object.entries(kept)) {
      expect([name, (await findInData(tracesOf({ [name]: value }), data)).length]).not.toEqual([name, 0]);
    }
  });
});
