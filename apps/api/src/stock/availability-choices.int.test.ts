import { refused, scenarioOfSuite } from '../testing/api-scenario.ts';

// What a caller of GET /v1/availability can choose: one location, unknown SKUs, an answer only if it changed.

const scenario = scenarioOfSuite();
const get = (path: string, headers?: Record<string, string>) =>
  scenario.api.call('get', path, undefined, headers);

test('one location alone is counted, in the totals and in the list', async () => {
  const sku = await scenario.newSku({ EAST: 5, WEST: 7 });
  const other = await scenario.newSku({ EAST: 1 });
  expect(await get(`/v1/availability?sku=${sku}&sku=${other}&location=WEST`)).toMatchObject({
    status: 200,
    body: {
      data: [
        { sku, on_hand: 7, available: 7, locations: [{ location: 'WEST', active: true, on_hand: 7 }] },
        { sku: other, on_hand: 0, available: 0, locations: [] },
      ],
    },
  });
  expect(await get(`/v1/items/${sku}/availability?location=EAST`)).toMatchObject({
    body: { on_hand: 5, locations: [{ location: 'EAST' }] },
  });
  expect(await get(`/v1/availability?location=EAST&limit=1`)).toMatchObject({
    body: { data: [{ locations: [{}] }] },
  });
  expect(await get(`/v1/items/${sku}/availability?location=MOON`)).toMatchObject(
    refused(404, 'location_not_found'),
  );
});

test('a location offers no more than a create that is pinned to it gets', async () => {
  const sku = await scenario.newSku({ EAST: 5, WEST: 7 });
  await scenario.hold(sku, 5);
  await scenario.setStock(sku, 1);
  expect(await get(`/v1/items/${sku}/availability?location=WEST`)).toMatchObject({ body: { available: 3 } });
  const pinned = (quantity: number) => scenario.create({ lines: [{ sku, quantity, location: 'WEST' }] });
  expect(await pinned(4)).toMatchObject(refused(409, 'insufficient_stock', { lines: [{ available: 3 }] }));
  expect(await pinned(3)).toMatchObject({ status: 201 });
});

test('unknown SKUs are named where they may be skipped, and refused otherwise', async () => {
  const sku = await scenario.newSku(1);
  const path = `/v1/availability?sku=NONE&sku=${sku}&sku=NIL&sku=NONE`;
  expect(await get(path)).toMatchObject(refused(404, 'sku_not_found'));
  expect(await get(`${path}&unknown=skip`)).toMatchObject({
    status: 200,
    body: { data: [{ sku }], unknown: ['NONE', 'NIL'], next_cursor: null },
  });
});

test('who has the newest answer gets 304, until a reservation changes it', async () => {
  const sku = await scenario.newSku(3);
  for (const path of [`/v1/items/${sku}/availability`, `/v1/availability?sku=${sku}`]) {
    const first = await get(path);
    const etag = String(first.headers.etag);
    expect(await get(path, { 'If-None-Match': `"another", ${etag}` })).toMatchObject({
      status: 304,
      headers: { etag },
    });
    await scenario.hold(sku);
    const changed = await get(path, { 'If-None-Match': etag });
    expect(changed.status).toBe(200);
    expect(changed.headers.etag).not.toBe(etag);
  }
});
