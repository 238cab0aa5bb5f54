import { eventually, ofSuite, onPostgres, want } from '@holdfast/testing';
import { openConsoleBrowser } from './console-browser.ts';
import { openFleet, type Fleet } from './fleet.ts';

/** For a suite: a fleet with orders in every state, and its console, open in a browser. */
export function consoleOfSuite() {
  const fleet = ofSuite(() => openFleet(onPostgres));
  const browser = ofSuite(() => openConsoleBrowser());
  const url = () => `${fleet.client.baseUrl}/console`;
  const on = ofSuite(async () => {
    const seeded = await storeOrders(fleet);
    const opened = await browser.open(url(), { actor: 'Ada' });
    return { seeded, opened, close: () => opened.close() };
  });
  afterEach(() => expect(on.opened.faults).toEqual([]));
  const goTo = (path: string) => on.opened.page.goto(path === '/' ? url() : url() + path);
  return { fleet, browser, on, goTo };
}

/** Stock, and orders in every state, as the suites of the console look at them. */
async function storeOrders({ client, query }: Fleet) {
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
