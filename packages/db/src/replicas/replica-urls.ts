import { readDatabaseUrl } from '../connections/index.ts';
import { serverOf } from '../connections/postgres-servers.ts';

/** Each is checked every second, by every API. */
const REPLICAS_MAX = 8;

/** A comma or space, and the scheme of the next URL: a comma alone may be in a password. */
const BETWEEN = /[\s,]+(?=postgres(?:ql)?:\/\/)/;

/**
 * Reads URLs with commas or spaces between them, one for each replica.
 *
 * @returns the URLs, and what is wrong with them, without passwords
 */
export function readReplicaUrls(text: string): {
  readonly urls: readonly string[];
  readonly problems: readonly string[];
} {
  const urls = text.trim().split(BETWEEN);
  const problems = urls.flatMap((url, index) =>
    problemsOf(url).map((problem) => `URL ${index + 1} ${problem}`),
  );
  if (problems.length > 0) return { urls, problems };
  const names = urls.map(nameOfServer);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) problems.push(`names ${twice} twice`);
  if (urls.length > REPLICAS_MAX) problems.push(`must have at most ${REPLICAS_MAX} URLs`);
  return { urls, problems };
}

function problemsOf(url: string): readonly string[] {
  if (/[?&]target_session_attrs=/.test(url)) {
    return ['must not have target_session_attrs: each replica is asked whether it is a standby'];
  }
  try {
    return readDatabaseUrl(url).servers.length > 1 ? ['must name one server: use a URL for each'] : [];
  } catch (error) {
    return [`cannot be used: ${error instanceof Error ? error.message : String(error)}`];
  }
}

/** Host and port of the one server of a URL. */
export function nameOfServer(url: string): string {
  const { host, port } = serverOf(readDatabaseUrl(url).servers[0] ?? url);
  return `${host}:${port}`;
}
