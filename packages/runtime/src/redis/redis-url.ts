/** The servers behind `REDIS_URL`: one server, a master behind Sentinels, or the nodes of a Cluster. */
export type RedisKind = 'server' | 'sentinel' | 'cluster';

/** What `REDIS_URL` says. */
export interface RedisPlace {
  readonly url: string;
  readonly kind: RedisKind;
  readonly isTls: boolean;
  /** The server, the Sentinels, or some nodes of the Cluster. */
  readonly hosts: readonly { readonly host: string; readonly port: number }[];
  readonly username: string | undefined;
  readonly password: string | undefined;
  /** The name by which Sentinels know the master. Empty for other kinds. */
  readonly masterName: string;
  readonly database: number;
  /** What Sentinels ask for, where they have a password. */
  readonly sentinelUsername: string | undefined;
  readonly sentinelPassword: string | undefined;
}

const REDIS_URL_FORMS =
  'redis://host:6379, redis+sentinel://host-1:26379,host-2:26379/master-name or redis+cluster://host-1:6379,host-2:6379 ' +
  '(with TLS: rediss://, rediss+sentinel://, rediss+cluster://)';

const HOSTS_MAX = 100;
const DEFAULT_PORT = { server: 6379, sentinel: 26379, cluster: 6379 } as const;
const SENTINEL_PARAMETERS = new Set(['sentinel_username', 'sentinel_password']);

const URL_PARTS =
  /^(?<scheme>rediss?(?:\+(?:sentinel|cluster))?):\/\/(?:(?<user>[^/?#]*)@)?(?<hosts>[^@/?#]*)(?:\/(?<path>[^?#]*))?(?:\?(?<query>[^#]*))?$/;
/** IPv6 addresses are in brackets. */
const HOST = /^(?<host>\[[\da-f:.]+\]|[\w.-]+)(?::(?<port>\d{1,5}))?$/i;

/** What the URL says, or every problem that it has. No problem has a password in it. */
export function readRedisUrl(url: string): {
  readonly place: RedisPlace;
  readonly problems: readonly string[];
} {
  const problems: string[] = [];
  const parts = URL_PARTS.exec(url)?.groups;
  if (!parts)
    problems.push(`must be a URL like ${REDIS_URL_FORMS}; in a password, / ? # and % are percent-encoded`);
  const { scheme = 'redis', user, hosts = '', path = '', query = '' } = parts ?? {};
  const kind = scheme.endsWith('sentinel') ? 'sentinel' : scheme.endsWith('cluster') ? 'cluster' : 'server';
  const parameters = new URLSearchParams(query);
  const place: RedisPlace = {
    url,
    kind,
    isTls: scheme.startsWith('rediss'),
    hosts: parts ? readHosts(hosts, kind, problems) : [],
    ...readCredentials(user, problems),
    ...readPath(path, kind, problems),
    sentinelUsername: parameters.get('sentinel_username') ?? undefined,
    sentinelPassword: parameters.get('sentinel_password') ?? undefined,
  };
  if (kind !== 'server') {
    const unknown = [...parameters.keys()].filter(
      (name) => kind === 'cluster' || !SENTINEL_PARAMETERS.has(name),
    );
    if (unknown.length > 0) problems.push(`has parameters that are not known: ${unknown.join(', ')}`);
  }
  return { place, problems };
}

function readHosts(text: string, kind: RedisKind, problems: string[]): RedisPlace['hosts'] {
  const names = text.split(',');
  if (kind === 'server' && names.length > 1) {
    problems.push('must name one host; several need redis+sentinel:// or redis+cluster://');
  }
  if (names.length > HOSTS_MAX) problems.push(`must name at most ${HOSTS_MAX} hosts`);
  return names.flatMap((name) => {
    const { host, port = DEFAULT_PORT[kind] } = HOST.exec(name)?.groups ?? {};
    const number = Number(port);
    if (host === undefined || number < 1 || number > 65_535) {
      problems.push(`must name hosts like host:${DEFAULT_PORT[kind]}, which "${name}" is not`);
      return [];
    }
    return [{ host: host.replace(/^\[|\]$/g, ''), port: number }];
  });
}

function readCredentials(
  text: string | undefined,
  problems: string[],
): Pick<RedisPlace, 'username' | 'password'> {
  const colon = text?.indexOf(':') ?? -1;
  try {
    const [username, password] =
      colon < 0 ? [text, undefined] : [text?.slice(0, colon), text?.slice(colon + 1)];
    return {
      username: username ? decodeURIComponent(username) : undefined,
      password: password ? decodeURIComponent(password) : undefined,
    };
  } catch {
    problems.push(
      'has a % in its user or password that is not followed by two hexadecimal digits: write %25',
    );
    return { username: undefined, password: undefined };
  }
}

function readPath(
  path: string,
  kind: RedisKind,
  problems: string[],
): Pick<RedisPlace, 'masterName' | 'database'> {
  const [first = '', ...rest] = path.split('/');
  const masterName = kind === 'sentinel' ? first : '';
  if (kind === 'sentinel' && masterName === '') {
    problems.push(
      'must end with the name by which the Sentinels know the master: redis+sentinel://host:26379/master-name',
    );
  }
  const database = kind === 'sentinel' ? rest.join('/') : path;
  if (!/^\d{0,5}$/.test(database))
    problems.push(`must have the number of a database at its end, not "${database}"`);
  if (kind === 'cluster' && Number(database) !== 0) {
    problems.push('must not name a database: a Cluster has only database 0');
  }
  return { masterName, database: Number(database) || 0 };
}
