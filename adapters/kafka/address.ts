import { Unusable } from '../../core/errors.ts';

/** What the address of a queue in Kafka says. */
export interface Address {
  tls: boolean;
  /** `host:port` each. */
  brokers: string[];
  topic: string;
  sasl?: { mechanism: Mechanism; username: string; password: string };
}

const mechanisms = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const;
type Mechanism = (typeof mechanisms)[number];

const TOPIC_DEFAULT = 'footfall';
const PORT_DEFAULT = 9092;

/** Several hosts are no URL that `URL` could read. An `@` anywhere else would mean that a piece of a password is read as a host. */
const FORM = /^(kafkas?):\/\/(?:([^@/?#]*)@)?([^@/?#]+)(?:\/([^@/?#]*))?(?:\?([^@#]*))?$/;
const HOST = /^([\w.-]+|\[[\da-f:.]+\])(:\d{1,5})?$/i;

/**
 * Reads an address.
 *
 * @throws Unusable; its message never has the password
 * @example
 * addressOf('kafka://user:password@one:9092,two:9092/footfall?mechanism=PLAIN').brokers; // ['one:9092', 'two:9092']
 */
export function addressOf(url: string): Address {
  const [, scheme, user, hosts = '', topic = '', query = ''] = FORM.exec(url) ?? [];
  const brokers = hosts.split(',').map((host) => (/:\d+$/.test(host) ? host : `${host}:${PORT_DEFAULT}`));
  if (scheme === undefined || !brokers.every((host) => HOST.test(host))) throw malformed();
  const name = topic || TOPIC_DEFAULT;
  if (!/^[\w.-]{1,249}$/.test(name) || /^\.\.?$/.test(name)) {
    throw new Unusable('The topic in the address of Kafka takes up to 249 letters, digits, ".", "_" and "-".');
  }
  const address = { tls: scheme === 'kafkas', brokers, topic: name };
  if (user === undefined) return address;
  const [username = '', password = ''] = [user.split(':')[0], user.split(':').slice(1).join(':')].map(decoded);
  return { ...address, sasl: { mechanism: mechanismOf(query), username, password } };
}

/**
 * The same address with another topic.
 *
 * @throws Unusable if it is none
 */
export function topicUrl(url: string, topic: string): string {
  addressOf(url);
  return url.replace(/^(kafkas?:\/\/(?:[^@/?#]*@)?[^@/?#]+)(?:\/[^@/?#]*)?/, (_, hosts: string) => `${hosts}/${topic}`);
}

function mechanismOf(query: string): Mechanism {
  const asked = new URLSearchParams(query).get('mechanism') ?? 'SCRAM-SHA-512';
  const mechanism = mechanisms.find((one) => one === asked.toUpperCase());
  if (mechanism) return mechanism;
  throw new Unusable(`mechanism in the address of Kafka takes one of ${mechanisms.join(', ')}.`);
}

function decoded(text: string | undefined): string {
  try {
    return decodeURIComponent(text ?? '');
  } catch {
    throw malformed();
  }
}

function malformed(): Unusable {
  return new Unusable(
    'The address of Kafka must look like kafka://user:password@host1:9092,host2:9092/topic, or kafkas:// for TLS. In a password @ : / ? # % are written as %40 %3A %2F %3F %23 %25.',
  );
}
