import { eventually, want } from '@holdfast/testing';
import type { Fleet } from './fleet.ts';

/** Stock, and orders in every state, as the suites of the console look at them. */
export async function storeOrders({ client, query }: Fleet) {
  await client.stock('TSHIRT-M', 40, 'EAST');
  await client.stock('TSHIRT-M', 25, 'WEST');
  await client.stock('MUG', 12, 'EAST');
  await client.stock('POSTER', 3, 'EAST');
  await want(200, client.put('/v1/skus/TSHIRT-M', { name: 'T-shirt, medium', low_stock_threshold: 5 }));
  await want(200, client.put('/v1/skus/POSTER', { name: 'Poster', low_stock_threshold: 5 }));
  const held = await client.hold('TSHIRT-M', 2, { order_id: 'o-1001', customer_id: 'cu-5', cart_id: 'c-77' });
  const sold = await client.hold('TSHIRT-M', 6, { order_id: 'o-1002', customer_id: 'cu-5' });
  await want(200, client.confirm(sold.id, { payment_reference: 'pay-1' }));
  const short = await client.hold('MUG', 4, { order_id: 'o-1003', customer_id: 'cu-9' });
  await want(200, client.confirm(short.id, { payment_reference: 'pay-2' }));
  await want(200, client.fulfill(short.id, { lines: [{ sku: 'MUG', quantity: 3 }] }));
  await want(
    200,
    client.release((await client.hold('MUG', 1, { order_id: 'o-1004' })).id, { reason: 'gave up' }),
  );
  await client.hold('POSTER', 3, { order_id: 'o-1005', customer_id: 'cu-7' });
  await want(202, client.tryHold('POSTER', 1, { order_id: 'o-1006', if_short: 'wait', wait_seconds: 900 }));
  const adjusted = { lines: [{ sku: 'TSHIRT-M', location: 'EAST', delta: -3, reason: 'broken in aisle 4' }] };
  await want(200, client.post('/v1/stock-adjustments', adjusted));
  await eventually(async () => {
    const rows = await query<{ open: number }>(
      `SELECT count(*)::integer AS open FROM warehouse_syncs WHERE finished_at IS NULL`,
    );
    return rows[0]?.open === 0;
  });
  return { held, sold, short };
}
