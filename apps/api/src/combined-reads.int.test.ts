import { newId } from '@holdfast/ledger';
import { scenarioOfSuite, parsed } from './testing/api-scenario.ts';

const scenario = scenarioOfSuite();

const CLIENTS = 24;
const ROUNDS = 8;

/** Writes and reads in turn: each read must see the write before it, while others read too. */
test('concurrent clients read what they wrote, and only what they asked for', async () => {
  const { api } = scenario;
  const crowded = await scenario.newSku(10_000);
  const client = async (): Promise<void> => {
    const own = await scenario.newSku(ROUNDS);
    for (let round = 1; round <= ROUNDS; round += 1) {
      const lines = [
        { sku: own, quantity: 1 },
        { sku: crowded, quantity: 1 },
      ];
      const { id, ...created } = parsed(await scenario.create({ lines }));
      const read = async () => parsed(await api.call('get', `/v1/reservations/${id}`));
      expect(await read()).toEqual({ id, ...created });
      const [availability, none] = await Promise.all([
        api.call('get', `/v1/items/${own}/availability`),
        api.call('get', `/v1/reservations/${newId()}`),
      ]);
      expect(availability.body).toMatchObject({ sku: own, available: ROUNDS - round });
      expect(none).toMatchObject({ status: 404, body: { code: 'reservation_not_found' } });
      await api.call('post', `/v1/reservations/${id}/confirm`, {});
      expect(await read()).toMatchObject({ id, status: 'confirmed', version: 2 });
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  const { body } = await api.call('get', `/v1/items/${crowded}/availability`);
  expect(body).toMatchObject({ allocated: CLIENTS * ROUNDS });
});
