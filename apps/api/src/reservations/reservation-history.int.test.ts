import { reservationAnswer } from '@holdfast/contract';
import { claimSync, finishAttempt } from '@holdfast/warehouse';
import { reservationHistoryAnswer } from './get-reservation.ts';
import { apiOfSuite, type Reply } from '../testing/start-api.ts';

const api = apiOfSuite();
beforeAll(async () => {
  await api.call('put', '/v1/locations/L', {});
  for (const sku of ['MUG', 'TEE']) {
    await api.call('put', `/v1/skus/${sku}`, {});
    await api.call('put', `/v1/stock-levels/${sku}/L`, { on_hand: 10 });
  }
});

const lines = [
  { sku: 'MUG', quantity: 2 },
  { sku: 'TEE', quantity: 1 },
];
const shown = ({ body }: Reply) => reservationAnswer.parse(body);
const create = async () => shown(await api.call('post', '/v1/reservations', { lines }));
const history = async (id: string, query = '') =>
  reservationHistoryAnswer.parse((await api.call('get', `/v1/reservations/${id}/history${query}`)).body);

/** Its newest sync, as a worker does it. */
async function trySync({ warehouse_sync }: ReturnType<typeof shown>): Promise<void> {
  const { database: db } = api.context;
  const claimed = await claimSync(db.prisma, warehouse_sync?.id ?? '', 600_000);
  if (!claimed) throw new Error('there was no sync to try');
  await finishAttempt(db, claimed, { state: 'succeeded', status: 200 });
}

describe('the history of a reservation', () => {
  test('shows all that happened, also several changes of one decision, in order and in pages', async () => {
    const held = await create();
    await api.context.database.prisma.$executeRaw`
      UPDATE reservations SET expires_at = clock_timestamp() WHERE id = ${held.id}::uuid`;
    const confirmed = shown(
      await api.call('post', `/v1/reservations/${held.id}/confirm`, { on_expired: 'reacquire' }),
    );
    await api.context.database.prisma.$executeRaw`
      UPDATE warehouse_syncs SET state = 'superseded' WHERE reservation_id = ${held.id}::uuid AND action = 'expire'`;
    await trySync(confirmed);

    const { data, next_cursor } = await history(held.id);

    const story = data.map((entry) => {
      if (entry.kind === 'event') return [entry.data.type.split('.').at(-1), entry.data.reservation.status];
      if (entry.kind === 'movement') return [entry.data.kind, entry.data.sku];
      return ['told', entry.data.action];
    });
    expect(story).toEqual([
      ['reserve', 'MUG'],
      ['reserve', 'TEE'],
      ['reserved', 'held'],
      ['expire', 'MUG'],
      ['expire', 'TEE'],
      ['expired', 'expired'],
      ['released', 'expired'],
      ['confirm', 'MUG'],
      ['confirm', 'TEE'],
      ['confirmed', 'confirmed'],
      ['told', 'confirm'],
    ]);
    expect(data.map(({ at }) => at)).toEqual(data.map(({ at }) => at).toSorted());
    expect(next_cursor).toBeNull();

    const seen: unknown[] = [];
    for (let query: string | null = '?limit=2'; query !== null;) {
      const page = await history(held.id, query);
      seen.push(...page.data);
      query = page.next_cursor && `?limit=2&cursor=${page.next_cursor}`;
    }
    expect(seen).toEqual(data);
  });

  test('has a page after one that ends with an attempt to notify the warehouse', async () => {
    const held = await create();
    const confirmed = shown(await api.call('post', `/v1/reservations/${held.id}/confirm`));
    await trySync(confirmed);
    await api.call('post', `/v1/reservations/${held.id}/cancel`);
    const { data } = await history(held.id);
    const attempt = data.findIndex(({ kind }) => kind === 'sync_attempt') + 1;
    const { next_cursor } = await history(held.id, `?limit=${attempt}`);
    expect((await history(held.id, `?cursor=${next_cursor}`)).data).toEqual(data.slice(attempt));
  });

  test('has what the calls answered, and movements as they are in the ledger', async () => {
    const held = await create();
    const released = shown(
      await api.call('post', `/v1/reservations/${held.id}/release`, { reason: 'changed mind' }),
    );
    const { data } = await history(held.id);
    expect(data.flatMap((entry) => (entry.kind === 'event' ? [entry.data.reservation] : []))).toEqual([
      held,
      released,
    ]);
    expect(data.find(({ kind }) => kind === 'movement')).toMatchObject({
      at: held.created_at,
      data: { sku: 'MUG', reserved_delta: 2, on_hand: 10, reservation_id: held.id, caller: 'anonymous' },
    });
    expect(data.at(-2)).toMatchObject({
      kind: 'movement',
      data: { kind: 'release', reason: 'changed mind' },
    });
  });

  test('that does not exist is not found; what the contract does not have is refused', async () => {
    const id = '0199b0c4-0000-7000-8000-000000000000';
    expect(await api.call('get', `/v1/reservations/${id}/history`)).toMatchObject({
      status: 404,
      body: { code: 'reservation_not_found' },
    });
    const { id: known } = await create();
    const listCursor = Buffer.from(JSON.stringify({ order: 'newest', id })).toString('base64url');
    const early = Buffer.from(JSON.stringify({ at: -1e15, step: 0, id, number: 0 })).toString('base64url');
    for (const path of [
      'o-1001/history',
      ...[
        'cursor=garbage',
        `cursor=${listCursor}`,
        `cursor=${early}`,
        'limit=0',
        'limit=201',
        'order=newest',
      ].map((query) => `${known}/history?${query}`),
    ]) {
      expect(await api.call('get', `/v1/reservations/${path}`)).toMatchObject({
        status: 400,
        body: { code: 'validation_failed' },
      });
    }
  });
});
