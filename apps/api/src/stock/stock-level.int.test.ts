import { together } from '@holdfast/testing';
import { refused, repliesOf, scenarioOfSuite } from '../testing/api-scenario.ts';

const scenario = scenarioOfSuite();
const call = (...args: Parameters<typeof scenario.api.call>) => scenario.api.call(...args);
const ifMatch = (value: string) => ({ 'If-Match': value });

test('a level is read with its version as its tag, and changed in part by a caller that names that version', async () => {
  const sku = await scenario.newSku(8);
  const path = `/v1/stock-levels/${sku}/EAST`;
  expect(await call('get', path)).toMatchObject({
    status: 200,
    headers: { etag: '"1"' },
    body: { sku, location: 'EAST', on_hand: 8, safety_stock: 0, available: 8, version: 1 },
  });
  expect(await call('patch', path, { safety_stock: 3 }, ifMatch('"7", "1"'))).toMatchObject({
    status: 200,
    headers: { etag: '"2"' },
    body: { on_hand: 8, safety_stock: 3, available: 5, version: 2 },
  });
  expect(await call('patch', path, { on_hand: 1 }, ifMatch('W/"2"'))).toMatchObject(
    refused(412, 'version_conflict'),
  );
  expect(await call('patch', path, { safety_stock: null, reason: 'sale' }, ifMatch('*'))).toMatchObject({
    body: { on_hand: 8, safety_stock: 0, version: 3 },
  });
  for (const body of [{}, { on_hand: null }, { onHand: 1 }]) {
    expect(await call('patch', path, body)).toMatchObject(refused(400, 'validation_failed'));
  }
});

test('what does not exist cannot be read, patched, deleted, or matched', async () => {
  const sku = await scenario.newSku({});
  const path = `/v1/stock-levels/${sku}/EAST`;
  for (const [method, body] of [['get'], ['patch', { on_hand: 1 }], ['delete']] as const) {
    expect(await call(method, path, body)).toMatchObject(refused(404, 'not_found'));
    expect(await call(method, `/v1/stock-levels/NONE/EAST`, body)).toMatchObject(
      refused(404, 'sku_not_found'),
    );
    expect(await call(method, `/v1/stock-levels/${sku}/MOON`, body)).toMatchObject(
      refused(404, 'location_not_found'),
    );
  }
  for (const [method, body] of [['put', { on_hand: 1 }], ['patch', { on_hand: 1 }], ['delete']] as const) {
    expect(await call(method, path, body, ifMatch('*'))).toMatchObject(refused(412, 'version_conflict'));
  }
});

test('a level, a SKU and a location without units are deleted; a level that comes back goes on with its version', async () => {
  const sku = await scenario.newSku({ EAST: 2 });
  const path = `/v1/stock-levels/${sku}/EAST`;
  for (const used of [path, `/v1/skus/${sku}`, '/v1/locations/EAST']) {
    expect(await call('delete', used)).toMatchObject(refused(409, 'in_use'));
  }
  await scenario.setStock(sku, 0);
  expect(await call('delete', path, undefined, ifMatch('"1"'))).toMatchObject(
    refused(412, 'version_conflict'),
  );
  expect(await call('delete', path, undefined, ifMatch('"2"'))).toMatchObject({ status: 204 });
  expect(await call('get', `/v1/items/${sku}/availability`)).toMatchObject({ body: { locations: [] } });
  expect(await scenario.setStock(sku, 0)).toMatchObject({ status: 201, body: { version: 3 } });

  expect(await call('delete', `/v1/skus/${sku}`)).toMatchObject({ status: 204 });
  expect(await call('delete', `/v1/skus/${sku}`)).toMatchObject(refused(404, 'sku_not_found'));
  expect(await call('get', `/v1/skus/${sku}`)).toMatchObject({ status: 404 });
  await call('put', `/v1/skus/${sku}`, {});
  expect(await call('put', path, { on_hand: 4 }, { 'If-None-Match': '*' })).toMatchObject({
    status: 201,
    body: { version: 4, on_hand: 4 },
  });

  await call('put', '/v1/locations/TENT', {});
  await scenario.setStock(sku, 0, 'TENT');
  expect(await call('delete', '/v1/locations/TENT')).toMatchObject({ status: 204 });
  expect(await scenario.setStock(sku, 1, 'TENT')).toMatchObject(refused(404, 'location_not_found'));
});

test('a due hold does not keep its level from being deleted', async () => {
  const sku = await scenario.newSku(1);
  const { id } = await scenario.hold(sku);
  await scenario.setStock(sku, 0);
  expect(await call('delete', `/v1/stock-levels/${sku}/EAST`)).toMatchObject(refused(409, 'in_use'));
  await scenario.makeDue(id);
  expect(await call('delete', `/v1/stock-levels/${sku}/EAST`)).toMatchObject({ status: 204 });
});

// A batch that waits for the lock of a level finds it deleted. Then it begins again, and no part of it is
// written.
test.each(['pessimistic', 'optimistic'])(
  'deletes that race with sets and creates leave all or nothing: %s',
  async (LOCKING) => {
    const [one, other] = [await scenario.openApi({ LOCKING }), await scenario.openApi({ LOCKING })];
    for (let round = 1; round <= 15; round += 1) {
      const sku = `RACE-${LOCKING}-${round}`;
      await call('put', `/v1/skus/${sku}`, {});
      await scenario.setStock(sku, 0);
      const replies = repliesOf(
        await together(6, (number) => {
          const api = number % 2 === 0 ? one : other;
          const lines = [{ sku, quantity: 1 }];
          if (number === 0) return api.call('delete', `/v1/skus/${sku}`);
          if (number === 1) return api.call('delete', `/v1/stock-levels/${sku}/EAST`);
          if (number === 2) return api.call('post', '/v1/reservations', { lines });
          return api.call('put', `/v1/stock-levels/${sku}/EAST`, { on_hand: number });
        }),
      );
      const statuses = replies.map(({ status }) => status);
      for (const status of statuses) expect([200, 201, 204, 404, 409, 422]).toContain(status);
      const isGone = statuses[0] === 204;
      const found = await call('get', `/v1/items/${sku}/availability`);
      expect([isGone, found.status]).toEqual([isGone, isGone ? 404 : 200]);
      // A PUT that was answered came before the SKU was deleted, and kept the SKU from being deleted.
      if (isGone) expect(statuses.slice(3).filter((status) => status < 300)).toEqual([]);
    }
  },
);
