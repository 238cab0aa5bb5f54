import { reservationAnswer } from '@holdfast/contract';
import { claimSync, finishAttempt } from '@holdfast/warehouse';
import { reservationHistoryAnswer } from '../reservations/get-reservation.ts';
import { syncAnswer, syncDetailsAnswer, syncListAnswer } from './warehouse-sync-schema.ts';
import { apiOfSuite } from '../testing/start-api.ts';

const PATH = '/v1/warehouse-syncs';
const NO_ID = '0199b0c4-0000-7000-8000-000000000000';

const api = apiOfSuite();
beforeAll(async () => {
  await api.call('put', '/v1/locations/EAST', {});
  await api.call('put', '/v1/skus/MUG', {});
  await api.call('put', '/v1/stock-levels/MUG/EAST', { on_hand: 1_000 });
});
beforeEach(() => api.context.database.prisma.$executeRaw`TRUNCATE warehouse_syncs CASCADE`);

/** The syncs of so many orders that were confirmed at once, oldest first. */
async function syncsOf(orders: number): Promise<string[]> {
  const ids: string[] = [];
  for (let made = 0; made < orders; made += 1) {
    const { body } = await api.call('post', '/v1/reservations', {
      lines: [{ sku: 'MUG', quantity: 1 }],
      confirm: true,
    });
    ids.push(reservationAnswer.parse(body).warehouse_sync?.id ?? '');
  }
  return ids;
}

/** As after eight failed attempts. */
const fail = (ids: readonly string[]) =>
  api.context.database.prisma.$executeRaw`
    UPDATE warehouse_syncs
    SET state = 'failed', attempts = 8, last_status = 503, last_error = 'busy', next_attempt_at = NULL,
      finished_at = clock_timestamp()
    WHERE id = ANY(${ids}::uuid[])`;

const list = async (query = '') => syncListAnswer.parse((await api.call('get', `${PATH}${query}`)).body);
/** Give or take: the database's clock is this machine's. */
const isDue = (time: string | null) => time !== null && Date.parse(time) <= Date.now() + 1_000;
const idsOf = ({ data }: Awaited<ReturnType<typeof list>>) => data.map(({ id }) => id);
const retry = (id: string, headers: Record<string, string> = {}, body?: object) =>
  api.call('post', `${PATH}/${id}/retry`, body, headers);

const retryAll = (body: object) => api.call('post', `${PATH}/retry`, body);

describe('the list', () => {
  test('shows all, newest first, page by page, with the reservation', async () => {
    const ids = (await syncsOf(3)).toReversed();
    const first = await list('?limit=2');
    expect(idsOf(first)).toEqual(ids.slice(0, 2));
    expect(first.data[0]).toMatchObject({ action: 'confirm', state: 'pending', attempts: 0 });
    expect(first.data[0]?.reservation_id).toMatch(/^[\da-f-]{36}$/);
    const second = await list(`?limit=2&cursor=${first.next_cursor}`);
    expect(idsOf(second)).toEqual(ids.slice(2));
    expect(second.next_cursor).toBeNull();
  });

  test('by state, shows those only', async () => {
    const [one, two, three] = await syncsOf(3);
    await fail([one ?? '', three ?? '']);
    expect(idsOf(await list('?state=failed'))).toEqual([three, one]);
    expect(idsOf(await list('?state=pending'))).toEqual([two]);
    for (const state of ['in_flight', 'succeeded', 'superseded']) {
      expect(idsOf(await list(`?state=${state}`))).toEqual([]);
    }
    expect((await api.call('get', `${PATH}?state=lost`)).body).toMatchObject({ code: 'validation_failed' });
  });
});

describe('the list', () => {
  test('by reservation, by order and since a time, shows those only, oldest first if asked', async () => {
    const [first = '', second = '', third = ''] = await syncsOf(3);
    const { data } = await list();
    const reservationId = data.find(({ id }) => id === second)?.reservation_id;
    expect(idsOf(await list(`?reservation_id=${reservationId}`))).toEqual([second]);
    await api.context.database.prisma.$executeRaw`
      UPDATE reservations SET order_id = 'O 1' WHERE id = ${reservationId}::uuid`;
    expect(idsOf(await list('?order_id=O%201'))).toEqual([second]);
    expect(idsOf(await list('?order_id=O%202'))).toEqual([]);
    const oldest = await list('?sort=oldest&limit=2');
    expect(idsOf(oldest)).toEqual([first, second]);
    expect(idsOf(await list(`?sort=oldest&cursor=${oldest.next_cursor}`))).toEqual([third]);
    const since = data.find(({ id }) => id === second)?.created_at ?? '';
    expect(idsOf(await list(`?since=${since}&sort=oldest`))).toEqual([second, third]);
    expect((await api.call('get', `${PATH}?since=yesterday`)).body).toMatchObject({
      code: 'validation_failed',
    });
  });
});

describe('one sync', () => {
  test('is shown with what is sent, and with each attempt and its answer', async () => {
    const [id = ''] = await syncsOf(1);
    const { prisma } = api.context.database;
    const sync = await claimSync(prisma, id, 60_000);
    if (!sync) throw new Error('nothing to send');
    const busy = { state: 'pending', status: 503, error: 'busy', retryInMs: 5_000, counts: true } as const;
    await finishAttempt(api.context.database, sync, busy, '{"error":"maintenance"}');
    const { status, body } = await api.call('get', `${PATH}/${id}`);
    expect(status).toBe(200);
    const shown = syncDetailsAnswer.parse(body);
    expect(shown.sent).toMatchObject({
      action: 'confirm',
      lines: [{ sku: 'MUG', location: 'EAST', quantity: 1 }],
    });
    expect(shown.sent.reservation_id).toBe(shown.reservation_id);
    expect(shown.attempt_history).toEqual([
      expect.objectContaining({ number: 1, status: 503, error: 'busy', answer: '{"error":"maintenance"}' }),
    ]);
    expect(shown.attempt_history[0]?.finished_at).not.toBeNull();
  });

  test('that does not exist is 404', async () => {
    expect(await api.call('get', `${PATH}/${NO_ID}`)).toMatchObject({
      status: 404,
      body: { code: 'not_found' },
    });
  });
});

describe('a retry', () => {
  test('of a failed sync has it wait for its turn, with what happened still to be seen', async () => {
    const [id = ''] = await syncsOf(1);
    await fail([id]);
    const { status, body } = await retry(id);
    expect(status).toBe(202);
    const sync = syncAnswer.parse(body);
    expect(sync).toMatchObject({ id, state: 'pending', attempts: 8, last_status: 503 });
    expect(isDue(sync.next_attempt_at)).toBe(true);
  });

  test('stands with the attempt that follows it: who, and why', async () => {
    const [id = '', other = ''] = await syncsOf(2);
    await fail([id, other]);
    await retry(id, { 'X-Actor': 'Bob' }, { reason: 'perhaps' });
    await retry(id, { 'X-Actor': 'Ada' }, { reason: 'maintenance is over' });
    await retryAll({ state: 'failed', reason: 'all again' });
    const { prisma } = api.context.database;
    for (const each of [id, other]) await claimSync(prisma, each, 60_000);
    const retries = await Promise.all(
      [id, other].map(async (each) => {
        const details = syncDetailsAnswer.parse((await api.call('get', `${PATH}/${each}`)).body);
        const path = `/v1/reservations/${details.reservation_id}/history`;
        const story = reservationHistoryAnswer.parse((await api.call('get', path)).body);
        expect(story.data.at(-1)).toMatchObject({ data: { retry: details.attempt_history[0]?.retry } });
        return details.attempt_history.map(({ number, retry }) => [number, retry]);
      }),
    );
    const at = expect.any(String);
    expect(retries).toEqual([
      [[9, { at, caller: 'anonymous/Ada', reason: 'maintenance is over' }]],
      [[9, { at, caller: 'anonymous', reason: 'all again' }]],
    ]);
  });

  test('of one that waits for a later time has it tried now', async () => {
    const [id = ''] = await syncsOf(1);
    await api.context.database.prisma.$executeRaw`
      UPDATE warehouse_syncs SET next_attempt_at = clock_timestamp() + interval '1 hour' WHERE id = ${id}::uuid`;
    const { status, body } = await retry(id);
    expect(status).toBe(202);
    expect(isDue(syncAnswer.parse(body).next_attempt_at)).toBe(true);
  });

  test.each(['in_flight', 'succeeded', 'superseded'])('of one that is %s is refused', async (state) => {
    const [id = ''] = await syncsOf(1);
    await api.context.database.prisma.$executeRaw`
      UPDATE warehouse_syncs SET state = ${state}, claimed_until = clock_timestamp() WHERE id = ${id}::uuid`;
    const { status, body } = await retry(id);
    expect(status).toBe(409);
    expect(body).toMatchObject({ code: 'invalid_transition', current_status: state });
  });

  test('of one that failed is done also where a later sync waits: quantities add up only if all are sent', async () => {
    const [id = ''] = await syncsOf(1);
    await fail([id]);
    const [sync] = (await list('?state=failed')).data;
    await api.call('post', `/v1/reservations/${sync?.reservation_id}/cancel`);
    expect((await retry(id)).body).toMatchObject({ id, state: 'pending' });
    await fail([id]);
    expect((await retryAll({ state: 'failed' })).body).toEqual({ retried: 1 });
    expect(idsOf(await list('?state=superseded'))).toEqual([]);
  });

  test('of one that does not exist is 404', async () => {
    expect((await retry(NO_ID)).body).toMatchObject({ code: 'not_found', status: 404 });
    expect((await retry('17')).body).toMatchObject({ code: 'validation_failed' });
  });

  test('under a key is done once, and a refusal is remembered too', async () => {
    const [id = ''] = await syncsOf(1);
    const key = { 'Idempotency-Key': 'again-1' };
    await fail([id]);
    const first = await retry(id, key);
    await fail([id]);
    const replay = await retry(id, key);
    expect(replay.status).toBe(202);
    expect(replay.body).toEqual(first.body);
    expect(replay.headers['idempotent-replayed']).toBe('true');
    expect(idsOf(await list('?state=failed'))).toEqual([id]);
  });

  test('of all takes the oldest failed ones, and no others', async () => {
    const ids = await syncsOf(4);
    await fail(ids.slice(0, 3));
    expect((await retryAll({ state: 'failed', limit: 2 })).body).toEqual({ retried: 2 });
    expect(idsOf(await list('?state=failed'))).toEqual([ids[2]]);
    expect((await retryAll({ state: 'failed' })).body).toEqual({ retried: 1 });
    const none = await retryAll({ state: 'failed' });
    expect(none.status).toBe(202);
    expect(none.body).toEqual({ retried: 0 });
    expect((await retryAll({ state: 'pending' })).body).toMatchObject({ code: 'validation_failed' });
    expect((await retryAll({})).body).toMatchObject({ code: 'validation_failed' });
  });
});
