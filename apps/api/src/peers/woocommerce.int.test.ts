/*
 * WooCommerce holds stock for an order that is not paid, and leaves that order's own hold out when it checks the
 * stock again for its payment. Holdfast does so for every change of a hold, and for limits of customers too.
 */
import { parsed, scenarioOfSuite } from '../testing/api-scenario.ts';

const scenario = scenarioOfSuite();

test('the last units and the last of a limit do not block the hold that has them', async () => {
  const sku = await scenario.newSku(2);
  await scenario.api.call('put', `/v1/skus/${sku}`, { max_per_customer: 2 });
  const lines = [{ sku, quantity: 2 }];
  const { id } = parsed(await scenario.putCart('last-units', lines, { customer_id: 'ann' }));
  expect(await scenario.putCart('last-units', lines)).toMatchObject({
    status: 200,
    body: { id, version: 1 },
  });
  expect(await scenario.quote(lines, { cart_id: 'last-units' })).toMatchObject({ body: { possible: true } });
  expect(await scenario.confirm(id)).toMatchObject({ status: 200, body: { status: 'confirmed' } });
});
