/** What a person needs to know once everything runs. */
export interface RunningHouse {
  readonly apiUrl: string;
  readonly workerUrl: string;
  readonly gatewayUrl: string;
  readonly isGatewaySimulated: boolean;
  readonly databaseUrl: string;
  /** Its password is random and opens nothing else; one that was given to us is not shown. */
  readonly isDatabaseEmbedded: boolean;
  readonly redisUrl: string | undefined;
  /** Whoever calls needs a key. */
  readonly hasKeys: boolean;
  readonly logsDir: string;
  readonly seconds: number;
}

/** Ends with a `curl` that works as it stands (but for the API key): the SKU is a seeded one, the URL the real one. */
export function welcome(house: RunningHouse): string {
  const api = house.apiUrl.replace(/\/$/, '');
  const gateway = house.isGatewaySimulated
    ? `${house.gatewayUrl}  (a stand-in; what it was told: ${new URL('/__sim/requests', house.gatewayUrl).href})`
    : house.gatewayUrl;
  const queues = house.redisUrl ? withoutPassword(house.redisUrl) : 'in PostgreSQL (REDIS_URL is not set)';
  const key = house.hasKeys ? ' -H "authorization: Bearer $KEY"' : '';
  return `
Holdfast is ready after ${house.seconds.toFixed(1)} s. Ctrl-C stops it.

  API        ${api}
  reference  ${api}/docs
  queues     ${api}/ops/queues
  worker     ${house.workerUrl}
  gateway    ${gateway}
  database   psql '${house.isDatabaseEmbedded ? house.databaseUrl : withoutPassword(house.databaseUrl)}'
  jobs       ${queues}
  logs       ${house.logsDir}

Hold a T-shirt for 15 minutes:

  curl -s -X POST ${api}/v1/reservations -H 'content-type: application/json'${key} -d '{"lines":[{"sku":"TSHIRT-M","quantity":1}]}'

`;
}

function withoutPassword(url: string): string {
  const shown = new URL(url);
  if (shown.password) shown.password = '***';
  return shown.href;
}
