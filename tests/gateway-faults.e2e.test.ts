import { eventually, mostlyOn, want, type Reservation, ofSuite } from '@holdfast/testing';
import { openFleet } from './fleet.ts';

const ATTEMPTS_MAX = 4;
const GATEWAY_LIMIT = 60;

interface Attempt {
  readonly number: number;
  readonly status: number | null;
  readonly error: string | null;
  readonly finished: boolean;
}

describe.each(mostlyOn('postgres'))('when the gateway is not well, queues on $name', (backend) => {
  const env = {
    GATEWAY_MAX_ATTEMPTS: String(ATTEMPTS_MAX),
    GATEWAY_BACKOFF_MAX_SECONDS: '1',
    GATEWAY_TIMEOUT_MS: '30000',
  };
  const fleet = ofSuite(() => openFleet(backend, { env }));
  beforeAll(() => fleet.client.stock('MUG', 1_000));

  beforeEach(async () => {
    await fleet.warehouse.spoil({});
    await fleet.warehouse.forget();
  });

  async function confirmed(): Promise<Reservation> {
    const { id } = await fleet.client.hold('MUG');
    return want(200, fleet.client.confirm(id));
  }

  const endsAs = (id: string, state: string) =>
    eventually(async () => {
      const { warehouse_sync: sync } = await fleet.client.read(id);
      expect(sync?.state).toBe(state);
      return sync;
    });

  const attemptsOf = (reservationId: string) =>
    fleet.query<Attempt & { action: string }>(
      `SELECT sync.action, attempt.number, attempt.status, attempt.error,
              attempt.finished_at IS NOT NULL AS finished
       FROM warehouse_syncs AS sync
       JOIN warehouse_sync_attempts AS attempt ON attempt.sync_id = sync.id
       WHERE sync.reservation_id = $1
       ORDER BY sync.ordinal, attempt.number`,
      [reservationId],
    );

  const syncsOf = (reservationId: string) =>
    fleet.query<{ action: string; state: string; attempts: number }>(
      'SELECT action, state, attempts FROM warehouse_syncs WHERE reservation_id = $1 ORDER BY ordinal',
      [reservationId],
    );

  test('half of all calls failing delays syncs, and each is applied once, under one key for all its tries', async () => {
    const { warehouse } = fleet;
    await warehouse.spoil({ error_rate: 0.5 });
    const reservations = await Promise.all(Array.from({ length: 20 }, confirmed));
    await eventually(async () => {
      const { requests } = await warehouse.report();
      return requests.filter(({ status }) => status === 503).length >= 4;
    });
    await warehouse.spoil({});

    for (const { id, warehouse_sync: asked } of reservations) {
      const sync = await endsAs(id, 'succeeded');
      const calls = await warehouse.callsFor(id);
      expect(new Set(calls.map(({ idempotency_key }) => idempotency_key))).toEqual(new Set([asked?.id]));
      const statuses = (await attemptsOf(id)).map(({ status }) => status);
      expect(statuses).toEqual(calls.map(({ status }) => status));
      expect(statuses).toEqual([...Array<number>(statuses.length - 1).fill(503), 200]);
      expect(sync).toMatchObject({ attempts: statuses.length, last_status: 200 });
    }
    const report = await warehouse.report();
    expect(report).toMatchObject({ keys: 20, repeats: 0, throttled: 0 });
    expect(report.busiest_second).toBeLessThanOrEqual(GATEWAY_LIMIT);
  });

  test('a reply that got lost is asked for again, and the warehouse acts once', async () => {
    const { warehouse } = fleet;
    await warehouse.spoil({ drop_reply_rate: 1 });
    const { id } = await confirmed();
    await eventually(async () => (await warehouse.report()).repeats > 0);
    await warehouse.spoil({});

    await endsAs(id, 'succeeded');

    const { keys, repeats, requests } = await warehouse.report();
    expect({ keys, repeats }).toEqual({ keys: 1, repeats: requests.length - 1 });
    const attempts = await attemptsOf(id);
    expect(attempts).toHaveLength(requests.length);
    expect(attempts[0]).toMatchObject({ number: 1, status: null, error: expect.any(String), finished: true });
    expect(attempts.at(-1)).toMatchObject({ status: 200, error: null });
  });

  test(`after ${ATTEMPTS_MAX} real attempts a sync has failed, and is left alone`, async () => {
    const { warehouse } = fleet;
    await warehouse.spoil({ error_rate: 1, status: 500 });
    const { id } = await confirmed();

    const sync = await endsAs(id, 'failed');

    expect(sync).toMatchObject({ attempts: ATTEMPTS_MAX, last_status: 500, last_error: expect.any(String) });
    expect((await attemptsOf(id)).map(({ number, status }) => [number, status])).toEqual(
      [1, 2, 3, 4].map((number) => [number, 500]),
    );
    expect(await warehouse.callsFor(id)).toHaveLength(ATTEMPTS_MAX);
  });

  test('a 429 uses up no attempt', async () => {
    const { warehouse } = fleet;
    await warehouse.spoil({ error_rate: 1, status: 429 });
    const { id } = await confirmed();
    await eventually(async () => (await warehouse.report()).throttled >= 2);
    await warehouse.spoil({});

    const sync = await endsAs(id, 'succeeded');

    expect(sync).toMatchObject({ attempts: 1, last_status: 200 });
    expect(await attemptsOf(id)).toEqual([expect.objectContaining({ number: 1, status: 200 })]);
  });

  test('a gateway that is away uses up no attempt, and of what is over gets only the end when it is back', async () => {
    const { client, warehouse } = fleet;
    await fleet.stopGateway();
    const { id } = await confirmed();
    await eventually(async () => {
      const { warehouse_sync: sync } = await client.read(id);
      expect(sync).toMatchObject({ action: 'confirm', last_error: expect.stringContaining('ECONNREFUSED') });
    });
    const over = await want(200, client.cancel(id));
    expect(over).toMatchObject({ status: 'cancelled', warehouse_sync: { action: 'cancel', attempts: 0 } });
    await fleet.startGateway();

    await endsAs(id, 'succeeded');

    const calls = await warehouse.callsFor(id);
    expect(calls.map(({ body }) => body.action)).toEqual(['cancel']);
    expect(await syncsOf(id)).toEqual([
      { action: 'confirm', state: 'superseded', attempts: 0 },
      { action: 'cancel', state: 'succeeded', attempts: 1 },
    ]);
  });

  test('a sync that the gateway may have got is finished first: the order is kept', async () => {
    const { client, warehouse } = fleet;
    await warehouse.spoil({ drop_reply_rate: 1 });
    const { id } = await confirmed();
    await eventually(async () => (await warehouse.callsFor(id)).length > 0);
    await eventually(async () => (await syncsOf(id))[0]?.state === 'pending');
    await want(200, client.cancel(id));
    await warehouse.spoil({});

    await endsAs(id, 'succeeded');

    const actions = (await warehouse.callsFor(id)).map(({ body }) => body.action);
    expect(actions.length).toBeGreaterThan(2);
    expect(actions).toEqual([...Array<string>(actions.length - 1).fill('confirm'), 'cancel']);
    expect(await syncsOf(id)).toMatchObject([
      { action: 'confirm', state: 'succeeded' },
      { action: 'cancel', state: 'succeeded' },
    ]);
  });

  test('a failed sync is sent again after an operator’s retry, and then succeeds', async () => {
    const { client, warehouse } = fleet;
    await warehouse.spoil({ error_rate: 1, status: 500 });
    const { id, warehouse_sync: asked } = await confirmed();
    await endsAs(id, 'failed');
    await warehouse.spoil({});

    const retried = await want(202, client.retrySync(asked?.id ?? ''));
    expect(retried).toMatchObject({ reservation_id: id, state: 'pending', attempts: ATTEMPTS_MAX });

    const sync = await endsAs(id, 'succeeded');
    expect(sync).toMatchObject({ attempts: ATTEMPTS_MAX + 1 });
    expect(new Set((await warehouse.callsFor(id)).map((call) => call.idempotency_key)).size).toBe(1);
  });
});
