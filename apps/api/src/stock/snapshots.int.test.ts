import { together, ofTest } from '@holdfast/testing';
import { z } from 'zod';
import { snapshotAnswer, snapshotLevelsAnswer, snapshotListAnswer } from './snapshot-schema.ts';
import { startOwnApi } from '../testing/start-api.ts';

const SKUS = ['A', 'B'];
const PATH = '/v1/inventory/snapshots';

const api = ofTest(() => startOwnApi());
beforeEach(async () => {
  for (const location of ['EAST', 'WEST']) await api.call('put', `/v1/locations/${location}`, {});
  for (const sku of SKUS) {
    await api.call('put', `/v1/skus/${sku}`, {});
    await api.call('put', `/v1/stock-levels/${sku}/EAST`, { on_hand: 5_000, safety_stock: 10 });
  }
});

const reserve = (quantity: number, body: object = {}) =>
  api.call('post', '/v1/reservations', { lines: SKUS.map((sku) => ({ sku, quantity })), ...body });

async function take(headers: Readonly<Record<string, string>> = {}) {
  const reply = await api.call('post', PATH, undefined, headers);
  expect(reply.status).toBe(201);
  const snapshot = snapshotAnswer.parse(reply.body);
  expect(reply.headers['location']).toBe(`${PATH}/${snapshot.id}`);
  return { snapshot, replayed: reply.headers['idempotent-replayed'] };
}

const read = async (id: string, query = '') =>
  snapshotLevelsAnswer.parse((await api.call('get', `${PATH}/${id}${query}`)).body);
const list = async (query = '') => snapshotListAnswer.parse((await api.call('get', `${PATH}${query}`)).body);

/** `[on_hand, reserved, allocated]` after each movement of a level. */
async function balancesOf(sku: string): Promise<readonly (readonly number[])[]> {
  return api.context.database.prisma.$queryRaw<{ on_hand: number; reserved: number; allocated: number }[]>`
      SELECT on_hand, reserved, allocated
      FROM stock_movements
      WHERE sku = ${sku} AND location = 'EAST'`.then((rows) =>
    rows.map((row) => [row.on_hand, row.reserved, row.allocated]),
  );
}

test('a snapshot is what was there, with its totals, and stays so', async () => {
  await api.call('put', '/v1/stock-levels/B/WEST', { on_hand: 7 });
  await reserve(3);
  await reserve(4, { confirm: true });
  await api.call('put', '/v1/stock-levels/B/EAST', { on_hand: 5 }); // 7 are promised
  const before = Date.now();
  const { snapshot } = await take();
  await reserve(1);
  await api.call('put', '/v1/stock-levels/A/WEST', { on_hand: 1 });

  const totals = { total_stock_levels: 3, on_hand: 5_012, reserved: 6, allocated: 8, shortfall: 2 };
  expect(snapshot).toMatchObject(totals);
  // The database runs on this machine and has its clock.
  expect(Date.parse(snapshot.taken_at)).toBeGreaterThanOrEqual(before - 1);
  expect(Date.parse(snapshot.taken_at)).toBeLessThanOrEqual(Date.now() + 1);
  const level = { location: 'EAST', reserved: 3, allocated: 4, safety_stock: 10, backorder_limit: 0 };
  expect(await read(snapshot.id)).toEqual({
    ...snapshot,
    data: [
      { sku: 'A', ...level, on_hand: 5_000, backordered: 0, shortfall: 0, available: 4_983, version: 1 },
      { sku: 'B', ...level, on_hand: 5, backordered: 2, shortfall: 2, available: 0, version: 2 },
      {
        sku: 'B',
        location: 'WEST',
        on_hand: 7,
        reserved: 0,
        allocated: 0,
        safety_stock: 0,
        backorder_limit: 0,
        backordered: 0,
        shortfall: 0,
        available: 7,
        version: 1,
      },
    ],
    next_cursor: null,
  });
});

test('an empty warehouse has a snapshot of nothing, and takes no body or an empty one', async () => {
  await api.context.database.prisma.$executeRaw`DELETE FROM stock_levels`;
  const totals = { total_stock_levels: 0, on_hand: 0, reserved: 0, allocated: 0, shortfall: 0 };
  const { snapshot } = await take();
  expect(snapshot).toMatchObject(totals);
  expect(await read(snapshot.id)).toMatchObject({ ...totals, data: [], next_cursor: null });
  expect(await api.call('post', PATH, {})).toMatchObject({ status: 201, body: totals });
  expect(await api.call('post', PATH, { sku: 'A' })).toMatchObject({
    status: 400,
    body: { code: 'validation_failed' },
  });
});

test('one taken in the midst of reservations is of one instant: both lines of each, or neither', async () => {
  const sold = new AbortController();
  const taken: z.infer<typeof snapshotAnswer>[] = [];
  const taking = (async () => {
    while (!sold.signal.aborted) taken.push((await take()).snapshot);
  })();
  const isOfManyInstants = () => new Set(taken.map(({ reserved }) => reserved)).size > 3;
  do {
    const buyers = await together(20, async (buyer) => {
      for (let turn = 0; turn < 10; turn += 1) {
        const { body } = await reserve(1 + ((buyer + turn) % 3));
        const { id } = z.object({ id: z.string() }).parse(body);
        if (turn % 3) await api.call('post', `/v1/reservations/${id}/${turn % 2 ? 'confirm' : 'release'}`);
      }
    });
    expect(buyers.filter(({ status }) => status === 'rejected')).toEqual([]);
  } while (!isOfManyInstants());
  sold.abort();
  await taking;
  const snapshots = await Promise.all(taken.map(({ id }) => read(id)));

  const happened = new Map<string, Set<string>>();
  for (const sku of SKUS) happened.set(sku, new Set((await balancesOf(sku)).map((each) => each.join())));
  for (const { data, ...totals } of snapshots) {
    const [a, b] = data;
    expect([b?.reserved, b?.allocated]).toEqual([a?.reserved, a?.allocated]);
    for (const { sku, on_hand, reserved, allocated } of data) {
      expect(happened.get(sku)).toContain([on_hand, reserved, allocated].join());
    }
    const sum = (of: 'on_hand' | 'reserved' | 'allocated' | 'shortfall') =>
      data.reduce((total, level) => total + level[of], 0);
    expect(totals).toMatchObject({
      total_stock_levels: data.length,
      on_hand: sum('on_hand'),
      reserved: sum('reserved'),
      allocated: sum('allocated'),
      shortfall: sum('shortfall'),
    });
  }
});

test('with a key it is taken once, however many ask at once, and a repeat gets the same', async () => {
  const all = await together(8, () => take({ 'Idempotency-Key': 'year-end' }));
  const taken = all.map((each) => (each.status === 'fulfilled' ? each.value : undefined));
  expect(new Set(taken.map((each) => each?.snapshot.id)).size).toBe(1);
  expect(taken.filter((each) => each?.replayed === 'true')).toHaveLength(7);
  const again = await take({ 'Idempotency-Key': 'year-end' });
  expect(again).toEqual({ snapshot: taken[0]?.snapshot, replayed: 'true' });
  const { snapshot } = await take({ 'Idempotency-Key': 'another' });
  expect(snapshot.id).not.toBe(again.snapshot.id);
  expect((await list()).data).toHaveLength(2);
});

test('more than may wait get a Retry-After', async () => {
  const all = await together(60, () => api.call('post', PATH));
  const statuses = all.map((each) => (each.status === 'fulfilled' ? each.value.status : 0));
  expect(new Set(statuses)).toEqual(new Set([201, 503]));
  expect((await list('?limit=200')).data).toHaveLength(statuses.filter((status) => status === 201).length);
  await take(); // and then there is room again
});

test('snapshots are listed newest first, page by page', async () => {
  const ids: string[] = [];
  for (let n = 0; n < 5; n += 1) ids.unshift((await take()).snapshot.id);
  const first = await list('?limit=2');
  const second = await list(`?limit=2&cursor=${first.next_cursor}`);
  const third = await list(`?limit=2&cursor=${second.next_cursor}`);
  expect([first, second, third].map((page) => page.data.map(({ id }) => id))).toEqual([
    ids.slice(0, 2),
    ids.slice(2, 4),
    ids.slice(4),
  ]);
  expect(third.next_cursor).toBeNull();
});

test('levels of a snapshot are read by SKU and location, page by page', async () => {
  for (const sku of SKUS) await api.call('put', `/v1/stock-levels/${sku}/WEST`, { on_hand: 1 });
  const { snapshot } = await take();
  await take();
  const first = await read(snapshot.id, '?limit=3');
  const second = await read(snapshot.id, `?limit=3&cursor=${first.next_cursor}`);
  expect([...first.data, ...second.data].map(({ sku, location }) => `${sku} ${location}`)).toEqual([
    'A EAST',
    'A WEST',
    'B EAST',
    'B WEST',
  ]);
  expect(second).toMatchObject({ ...snapshot, next_cursor: null });
});

test('what is not there, or not a cursor, is refused', async () => {
  const unknown = '0199b0c4-5f0e-7c3a-9d55-3d2c1f6a7b10';
  expect(await api.call('get', `${PATH}/${unknown}`)).toMatchObject({
    status: 404,
    body: { code: 'not_found' },
  });
  const { snapshot } = await take();
  const { next_cursor } = await list('?limit=1');
  expect(next_cursor).toBeNull();
  const ofLevels = (await read(snapshot.id, '?limit=1')).next_cursor;
  for (const path of [
    `${PATH}/nonsense`,
    `${PATH}?cursor=nonsense`,
    `${PATH}?cursor=${ofLevels}`,
    `${PATH}?limit=0`,
    `${PATH}/${snapshot.id}?cursor=WyJBIl0`,
    `${PATH}/${snapshot.id}?page=2`,
  ]) {
    expect(await api.call('get', path)).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
  }
});
