import { checkLedgerInvariants, eventually, ofSuite, onPostgres } from '@holdfast/testing';
import { openFleet } from './fleet.ts';
import { hasOpenssl } from './certificates.ts';
import { hasRedisServer } from './redis-server.ts';
import { startTlsRedis } from './redis-topologies.ts';

/** Until then Redis answers nothing: it has just begun. */
const HOLD_SECONDS = 20;

const describeWithTls = hasRedisServer && hasOpenssl ? describe : describe.skip;

describeWithTls('with a Redis that only accepts TLS, and a private authority', () => {
  const redis = ofSuite(startTlsRedis);
  const fleet = ofSuite(() =>
    openFleet(onPostgres, {
      apis: 2,
      env: { HOT_PATH: 'redis', REDIS_URL: redis.url, REDIS_CA_FILE: redis.caFile },
    }),
  );

  /** How many calls of an API were answered by Redis. */
  async function answered(api: number, kind: string): Promise<number> {
    const metrics = await (await fetch(`${fleet.apis[api]?.url}/metrics`)).text();
    const pattern = new RegExp(`^holdfast_hot_path_answers_total\\{.*kind="${kind}".*\\} (\\d+)`, 'm');
    return Number(pattern.exec(metrics)?.[1] ?? 0);
  }

  test('two APIs refuse a sold-out SKU from Redis until a worker has given its unit back', async () => {
    const [one, other] = fleet.clients;
    if (!one || !other) throw new Error('two APIs were asked for');
    await one.stock('SALE', 1);
    const { id } = await one.hold('SALE', 1, { ttl_seconds: HOLD_SECONDS });
    await eventually(async () => {
      expect((await other.tryHold('SALE')).body.code).toBe('insufficient_stock');
      expect(await other.availability('SALE')).toMatchObject({ available: 0, reserved: 1 });
      return (await answered(1, 'refused')) > 0 && (await answered(1, 'availability')) > 0;
    });

    const sold = await eventually(async () => {
      const [row] = await fleet.query<{ status: string }>('SELECT status FROM reservations WHERE id = $1', [
        id,
      ]);
      // Only reads are tried before: a create would give the due hold back itself.
      if (row?.status !== 'expired') return (await other.availability('SALE')) && false;
      expect(await other.availability('SALE')).toMatchObject({ available: 1, reserved: 0 });
      return other.tryHold('SALE');
    });
    expect(sold.status).toBe(201);
    expect((await one.tryHold('SALE')).body.code).toBe('insufficient_stock');
    expect(await checkLedgerInvariants(fleet.databaseUrl)).toEqual([]);
  });
});
