/** What a person needs to know once everything runs. */
export interface RunningService {
  readonly apiUrl: string;
  readonly workerUrl: string;
  readonly gatewayUrl: string;
  readonly isGatewaySimulated: boolean;
  readonly databaseUrl: string;
  /** Its password is random and opens nothing else; one that was given to us is not shown. */
  readonly isDatabaseEmbedded: boolean;
  readonly redisUrl: string | undefined;
  /** Callers need a key. */
  readonly hasKeys: boolean;
  readonly logsDir: string;
  readonly seconds: number;
}

/** Ends with a `curl` that works as it stands (but for the API key): the SKU is a seeded one, the URL the real one. */
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

  API        ${api}
  reference  ${api}/docs
  queues     ${api}/ops/queues
  worker     ${running.workerUrl}
  gateway    ${gateway}
  database   psql '${running.isDatabaseEmbedded ? running.databaseUrl : withoutPassword(running.databaseUrl)}'
  jobs       ${queues}
  logs       ${running.logsDir}

Hold a T-shirt for 15 minutes:

  curl -s -X POST ${api}/v1/reservations -H 'content-type: application/json'${key} -d '{"lines":[{"sku":"TSHIRT-M","quantity":1}]}'

`;
}

/** A database URL may name several hosts, which `URL` does not read. */
const withoutPassword = (url: string): string => url.replace(/(:\/\/[^:@/]*:)[^@/]+@/, '$1***@');
