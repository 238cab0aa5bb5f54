import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createClient } from '@holdfast/client';
import { eventually, openFaultyLink, type FaultyLink } from '@holdfast/testing';
import { scenarioOfSuite } from '../../../apps/api/src/testing/api-scenario.ts';
import { signatureHeaders } from '../../../packages/webhooks/src/signature.ts';
import { createShop, PaymentRefused, type Payment } from './shop.ts';

const scenario = scenarioOfSuite({ RESERVATION_MAX_EXTENSIONS: '0' });
const webhookSecret = `whsec_${Buffer.alloc(32, 'x').toString('base64')}`;
let link: FaultyLink;
/** What the payment provider does while a customer pays. */
let whilePaying: (orderId: string) => Promise<void>;
const refunded: Payment[] = [];
const cancelled: (string | null)[] = [];
const onCancelled = (orderId: string | null) => void cancelled.push(orderId);
let shop: ReturnType<typeof createShop>;
let server: ReturnType<ReturnType<typeof createShop>['app']['listen']>;
let orders = 0;

beforeAll(async () => {
  const { hostname: host, port } = new URL(scenario.api.url);
  link = await openFaultyLink({ host, port: Number(port) });
  const client = createClient({ baseUrl: `http://127.0.0.1:${link.port}`, retriesMax: 1 });
  const payments = {
    charge: async (orderId: string) => {
      await whilePaying(orderId);
      return { id: `pay-${orderId}` };
    },
    refund: async (payment: Payment) => void refunded.push(payment),
  };
  shop = createShop({ client, payments, webhookSecret, onCancelled, holdSeconds: 1 });
  server = shop.app.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
beforeEach(() => {
  whilePaying = async () => {};
  refunded.length = 0;
});
afterAll(async () => {
  server.close();
  await link.close();
});

async function post(path: string, body: unknown, headers: Readonly<Record<string, string>> = {}) {
  const { port } = server.address() as AddressInfo;
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  return { status: answer.status, body: text === '' ? null : JSON.parse(text) };
}

async function order(sku: string, quantity = 1) {
  orders += 1;
  const order_id = `o-${orders}`;
  return { order_id, ...(await post('/orders', { order_id, card: 'c', lines: [{ sku, quantity }] })) };
}

const stateOf = async (orderId: string) =>
  (await scenario.api.call('get', `/v1/orders/${orderId}`)).body as {
    readonly reservations: readonly { readonly status: string; readonly payment_reference: string | null }[];
  };

const ended = async (orderId: string): Promise<void> => {
  await eventually(async () => (await stateOf(orderId)).reservations[0]?.status === 'expired');
};

test('an order is held, paid and confirmed', async () => {
  const sku = await scenario.newSku(3);
  const { order_id, ...answer } = await order(sku, 2);
  expect(answer).toMatchObject({ status: 201, body: { order_id, status: 'placed' } });
  expect(await stateOf(order_id)).toMatchObject({
    reservations: [{ status: 'confirmed', payment_reference: `pay-${order_id}` }],
  });
});

test('sold out: the customer learns what there is, and pays nothing', async () => {
  const sku = await scenario.newSku(1);
  expect(await order(sku, 2)).toMatchObject({ status: 409, body: { lines: [{ sku, available: 1 }] } });
});

test('a payment that is refused gives the stock back', async () => {
  const sku = await scenario.newSku(1);
  whilePaying = async () => {
    throw new PaymentRefused('refused');
  };
  expect(await order(sku)).toMatchObject({ status: 402 });
  expect(await scenario.availability(sku)).toMatchObject({ reserved: 0, available: 1 });
});

describe('a hold that runs out while the customer pays', () => {
  test('is confirmed if the stock is still there', async () => {
    const sku = await scenario.newSku(1);
    whilePaying = ended;
    expect(await order(sku)).toMatchObject({ status: 201 });
    expect(await scenario.availability(sku)).toMatchObject({ allocated: 1 });
  });

  test('is refunded if it is sold', async () => {
    const sku = await scenario.newSku(1);
    whilePaying = async (orderId) => {
      await ended(orderId);
      await scenario.confirmed(sku);
    };
    const { order_id, ...answer } = await order(sku);
    expect(answer).toMatchObject({ status: 409, body: { error: expect.stringContaining('refunded') } });
    expect(refunded).toEqual([{ id: `pay-${order_id}` }]);
  });
});

describe('the service is away', () => {
  test('before the payment: nothing is charged', async () => {
    const sku = await scenario.newSku(1);
    link.cut();
    expect(await order(sku)).toMatchObject({
      status: 503,
      body: { error: expect.stringContaining('not been') },
    });
    link.resume();
  });

  test('after the payment: the order is confirmed later, or refunded', async () => {
    const sku = await scenario.newSku(2);
    whilePaying = async () => link.cut();
    const kept = await order(sku);
    const lost = await order('no such SKU'); // refused only when the service is back
    expect(kept).toMatchObject({ status: 202, body: { status: 'paid' } });
    expect(lost).toMatchObject({ status: 503 });
    await shop.settleAll();
    expect([...shop.unsettled.keys()]).toEqual([kept.order_id]);
    link.resume();
    await shop.settleAll();
    expect(shop.unsettled.size).toBe(0);
    expect(await stateOf(kept.order_id)).toMatchObject({ reservations: [{ status: 'confirmed' }] });
  });
});

test('a webhook is taken only if Holdfast has signed it', async () => {
  const event = { type: 'warehouse.inventory.cancelled', data: { reservation: { order_id: 'o-9' } } };
  const signed = signatureHeaders(
    { id: 'e', body: JSON.stringify(event), secrets: [webhookSecret] },
    Date.now(),
  );
  expect(await post('/webhooks/holdfast', event, signed)).toMatchObject({ status: 204 });
  expect(await post('/webhooks/holdfast', { ...event, id: 'e' }, signed)).toMatchObject({ status: 400 });
  expect(cancelled).toEqual(['o-9']);
});
