/** What a person needs to know once everything runs. */
export interface RunningService {
  readonly apiUrl: string;
  readonly workerUrl: string;
  readonly gatewayUrl: string;
  readonly isGatewaySimulated: boolean;
  readonly databaseUrl: string;
  /** The file that has the password of the embedded PostgreSQL, mode 0600. Null: DATABASE_URL names another one. */
  readonly passwordFile: string | null;
  readonly redisUrl: string | undefined;
  /** Callers need a key. */
  readonly hasKeys: boolean;
  readonly logsDir: string;
  readonly seconds: number;
}

/** Ends with a `curl` that works unchanged, except for the API key: SKU and URL are real. */
export function welcome(running: RunningService): string {
  const api = running.apiUrl.replace(/\/$/, '');
  const gateway = running.isGatewaySimulated
    ? `${running.gatewayUrl}  (a stand-in; the calls that it received: ${new URL('/__sim/requests', running.gatewayUrl).href})`
    : running.gatewayUrl;
  const queues = running.redisUrl
    ? withoutPassword(running.redisUrl)
    : 'in PostgreSQL (REDIS_URL is not set)';
  const key = running.hasKeys ? ' -H "authorization: Bearer $KEY"' : '';
  return `
Holdfast is ready after ${running.seconds.toFixed(1)} s. Ctrl-C stops it.

  console    ${api}/console
  API        ${api}
  reference  ${api}/docs
  queues     ${api}/ops/queues
  worker     ${running.workerUrl}
  gateway    ${gateway}
  database   ${psql(running)}
  jobs       ${queues}
  logs       ${running.logsDir}

Hold a T-shirt for 15 minutes:

  curl -s -X POST ${api}/v1/reservations -H 'content-type: application/json'${key} -d '{"lines":[{"sku":"TSHIRT-M","quantity":1}]}'

`;
}

/** No password is printed, as terminals, logs and process lists store it. */
function psql({ databaseUrl, passwordFile }: RunningService): string {
  if (passwordFile === null) return `psql ${quote(withoutPassword(databaseUrl))}`;
  const url = new URL(databaseUrl);
  url.password = '';
  return `PGPASSWORD=$(cat ${quote(passwordFile)}) psql ${quote(url.href)}`;
}

/** As one word of a shell. */
const quote = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** URLs of databases and Redis may name several hosts, which `URL` does not read. */
const withoutPassword = (url: string): string =>
  url.replace(/(:\/\/[^:@/]*:)[^/]+@/, '$1***@').replace(/(\bsentinel_password=)[^&]*/, '$1***');
