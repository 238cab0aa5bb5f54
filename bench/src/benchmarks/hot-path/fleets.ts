import { callApi, LOCATION, stockUp } from '../../api-calls.ts';
import type { Metered } from '../../process-usage.ts';
import type { Running, Testbed } from '../../testbed.ts';
import { reserveRedisServer } from '../../../../tests/redis-server.ts';

export const APIS = 4;
export const REDIS = 'Redis';

/** Four APIs on a database of their own, with the hot path or without. */
export interface Fleet {
  readonly hasHotPath: boolean;
  readonly urls: readonly string[];
  /** All processes that serve, by name. */
  readonly processes: Readonly<Record<string, Metered>>;
  /** Puts a new SKU in stock. */
  newSku(units: number): Promise<string>;
}

/** Both have their queues in the same Redis, so that they differ in nothing else. */
export async function openFleets(testbed: Testbed): Promise<readonly Fleet[]> {
  const redis = await reserveRedisServer();
  await redis.start();
  const info = String(await redis.run('INFO', 'server'));
  const pid = Number(/^process_id:(\d+)/m.exec(info)?.[1]);
  const fleets: Fleet[] = [];
  for (const hasHotPath of [false, true]) {
    const database = await testbed.createDatabase(`bench_hot_path_${hasHotPath ? 'on' : 'off'}`);
    const settings = {
      DATABASE_URL: database.url,
      REDIS_URL: redis.url,
      ...(hasHotPath && { HOT_PATH: 'redis' }),
    };
    const apis: Running[] = [];
    for (let number = 0; number < APIS; number += 1) apis.push(await testbed.startApp('api', settings));
    const urls = apis.map(({ url }) => url);
    await stockUp(urls[0] ?? '');
    fleets.push({
      hasHotPath,
      urls,
      processes: {
        ...Object.fromEntries(apis.map((api, number) => [`API ${number + 1}`, api])),
        [REDIS]: { pid },
      },
      newSku: (units) => newSku(urls[0] ?? '', units),
    });
  }
  return fleets;
}

let skus = 0;

async function newSku(url: string, units: number): Promise<string> {
  const sku = `SALE-${(skus += 1)}`;
  await callApi(url, 'PUT', `/v1/skus/${sku}`, { body: {} });
  await callApi(url, 'PUT', `/v1/stock-levels/${sku}/${LOCATION}`, { body: { on_hand: units } });
  return sku;
}
