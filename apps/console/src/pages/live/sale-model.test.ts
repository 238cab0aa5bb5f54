import { SaleModel, SECONDS_KEPT, type SaleEvent } from './sale-model.ts';

const NOW = 1_800_000_000_000;

const event = (
  name: string,
  at: number,
  units: { sku?: string; reserved?: number; allocated?: number },
): SaleEvent => ({
  id: 'id',
  at,
  name,
  reservationId: null,
  orderId: null,
  changes: [{ sku: units.sku ?? 'MUG', reserved: units.reserved ?? 0, allocated: units.allocated ?? 0 }],
});

test('units are counted in the second in which they were decided', () => {
  const model = new SaleModel();
  model.take(event('reserved', NOW - 2_000, { reserved: 5 }));
  model.take(event('confirmed', NOW - 1_500, { reserved: -5, allocated: 5 }));
  model.take(event('expired', NOW - 1_000, { reserved: -2 }));
  model.take(event('released', NOW - 1_000, { reserved: -2 }));
  const { totals, rate, skus, events } = model.view(NOW);
  expect(totals.slice(-3)).toEqual([
    { held: 0, confirmed: 0, ended: 0 },
    { held: 5, confirmed: 5, ended: 0 },
    { held: 0, confirmed: 0, ended: 2 },
  ]);
  expect(rate).toEqual({ held: 1, confirmed: 1, ended: 0.4 });
  expect(skus).toEqual([{ sku: 'MUG', rate }]);
  expect(events).toBe(4);
});

test('what it keeps has a limit, however long and wide the sale is', () => {
  const model = new SaleModel();
  for (let index = 0; index < 5_000; index += 1) {
    model.take(event('reserved', NOW - 1_000, { sku: `S${index}`, reserved: 1 }));
  }
  const during = model.view(NOW);
  expect(during.totals.at(-1)).toEqual({ held: 5_000, confirmed: 0, ended: 0 });
  expect(during.skus).toHaveLength(200);
  expect(during.recent).toHaveLength(8);
  const later = model.view(NOW + (SECONDS_KEPT + 2) * 1_000);
  expect(later.skus).toEqual([]);
  expect(later.totals).toHaveLength(SECONDS_KEPT);
});
