/*
 * commercetools limits how many units of a SKU a cart may have. A customer with several carts, or who orders
 * again, gets more. In Holdfast `max_per_reservation` is that limit, and `max_per_customer` counts all that a
 * customer holds and has bought.
 */
import { refused, scenarioOfSuite } from '../testing/api-scenario.ts';

const scenario = scenarioOfSuite();

const line = (sku: string, quantity: number) => ({ sku, quantity });

test('a limit of the cart refuses more in one cart, and a limit of the customer in all of them', async () => {
  const sku = await scenario.newSku(9);
  await scenario.api.call('put', `/v1/skus/${sku}`, { max_per_reservation: 2, max_per_customer: 3 });
  const ann = { customer_id: 'ann' };
  expect(await scenario.putCart('one', [line(sku, 3)], ann)).toMatchObject(
    refused(422, 'quantity_limit_exceeded'),
  );
  expect(await scenario.putCart('one', [line(sku, 2)], ann)).toMatchObject({ status: 201 });
  expect(await scenario.putCart('two', [line(sku, 2)], ann)).toMatchObject(
    refused(409, 'customer_limit_reached', { lines: [{ sku, limit: 3, taken: 2, requested: 2 }] }),
  );
  expect(await scenario.putCart('two', [line(sku, 1)], ann)).toMatchObject({ status: 201 });
});
