import { scenarioOfSuite } from '../../../apps/api/src/testing/api-scenario.ts';
import { eventually } from '@holdfast/testing';
import { createClient, type Client } from './index.ts';

const scenario = scenarioOfSuite({ RESERVATION_MAX_EXTENSIONS: '5' });
let client: Client;

beforeAll(() => {
  client = createClient({ baseUrl: scenario.api.url });
});

const aborted = (signal: AbortSignal) =>
  new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));

test('confirms the hold when the function has resolved', async () => {
  const sku = await scenario.newSku(5);
  const done = await client.withHold(
    { order_id: 'o-1', lines: [{ sku, quantity: 2 }] },
    async ({ reservation }) => `paid ${reservation.status}`,
    { confirm: (result) => ({ payment_reference: result }) },
  );
  expect(done).toMatchObject({
    result: 'paid held',
    reservation: { status: 'confirmed', order_id: 'o-1', payment_reference: 'paid held' },
  });
});

test('releases the hold when the function has thrown, and throws the same', async () => {
  const sku = await scenario.newSku(5);
  const refused = new Error('the card was refused');
  let held = 0;
  const use = async () => {
    held = (await scenario.availability(sku)).reserved;
    throw refused;
  };
  await expect(client.withHold([{ sku, quantity: 2 }], use)).rejects.toBe(refused);
  expect(held).toBe(2);
  expect(await scenario.availability(sku)).toMatchObject({ reserved: 0, available: 5 });
});

test('does not run the function when the stock is short', async () => {
  const sku = await scenario.newSku(1);
  const use = jest.fn<Promise<void>, []>();
  await expect(client.withHold([{ sku, quantity: 2 }], use)).rejects.toMatchObject({
    code: 'insufficient_stock',
  });
  expect(use).not.toHaveBeenCalled();
});

test('extends the hold while the function runs', async () => {
  const sku = await scenario.newSku(5);
  const { reservation } = await client.withHold(
    { lines: [{ sku, quantity: 1 }], ttl_seconds: 1 },
    async ({ id, signal }) => {
      await eventually(async () => (await client.reservations.get(id)).extensions >= 2);
      expect(signal.aborted).toBe(false);
    },
  );
  expect(reservation).toMatchObject({ status: 'confirmed' });
});

describe('a hold that has ended too soon', () => {
  const ttl_seconds = 1;

  test('aborts the signal of the function, with the reason', async () => {
    const sku = await scenario.newSku(5);
    const use = async ({ id, signal }: { readonly id: string; readonly signal: AbortSignal }) => {
      await client.reservations.release(id);
      await aborted(signal);
      throw signal.reason;
    };
    await expect(client.withHold({ lines: [{ sku, quantity: 5 }], ttl_seconds }, use)).rejects.toMatchObject({
      code: 'invalid_transition',
      currentStatus: 'released',
    });
  });

  test('is confirmed where its stock is free, and refused where it is sold', async () => {
    const api = await scenario.openApi({ RESERVATION_MAX_EXTENSIONS: '0' });
    const limited = createClient({ baseUrl: api.url });
    const sku = await scenario.newSku(2);
    const late = limited.withHold({ lines: [{ sku, quantity: 1 }], ttl_seconds }, ({ signal }) =>
      aborted(signal),
    );
    await expect(late).resolves.toMatchObject({ reservation: { status: 'confirmed' } });
    const sold = limited.withHold({ lines: [{ sku, quantity: 1 }], ttl_seconds }, async ({ signal }) => {
      await aborted(signal);
      // The signal comes a moment before the database ends the hold.
      await eventually(async () => (await scenario.tryHold(sku, 1, { confirm: true })).status === 201);
    });
    await expect(sold).rejects.toMatchObject({ code: 'insufficient_stock', lines: [{ sku, available: 0 }] });
  });
});

test('ends with the signal of the caller: the function is to end, and the hold is released', async () => {
  const sku = await scenario.newSku(5);
  const leave = new AbortController();
  const use = async ({ signal }: { readonly signal: AbortSignal }) => {
    leave.abort(new Error('left'));
    signal.throwIfAborted();
  };
  const left = client.withHold([{ sku, quantity: 1 }], use, { signal: leave.signal });
  await expect(left).rejects.toThrow('left');
  expect(await scenario.availability(sku)).toMatchObject({ reserved: 0 });
});
