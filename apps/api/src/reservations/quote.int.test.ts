import { refused, scenarioOfSuite } from '../testing/api-scenario.ts';
import { quoteAnswer } from './quote-reservation.ts';

const scenario = scenarioOfSuite();

const quoted = async (lines: readonly object[], rest: object = {}) =>
  quoteAnswer.parse((await scenario.quote(lines, rest)).body);

describe('a quote', () => {
  test('says what a create then does, and changes nothing', async () => {
    const sku = await scenario.newSku({ EAST: 3, WEST: 4 });
    const lines = [
      { sku, quantity: 4 },
      { sku, quantity: 2, location: 'WEST' },
    ];
    const before = await scenario.availability(sku);
    const answer = await quoted(lines);
    expect(await scenario.availability(sku)).toEqual(before);
    expect(await scenario.rows('reservation_lines WHERE sku = $1', [sku])).toBe(0);
    expect(answer).toEqual({
      possible: true,
      lines: [
        {
          sku,
          location: null,
          requested: 4,
          available: 7,
          allocations: [
            { location: 'EAST', quantity: 3 },
            { location: 'WEST', quantity: 1 },
          ],
        },
        {
          sku,
          location: 'WEST',
          requested: 2,
          available: 4,
          allocations: [{ location: 'WEST', quantity: 2 }],
        },
      ],
    });
    expect(await scenario.create({ lines })).toMatchObject({
      status: 201,
      body: { lines: answer.lines.map(({ allocations }) => ({ allocations })) },
    });
  });

  test('of too much says what there is, as the refusal of a create does', async () => {
    const sku = await scenario.newSku({ EAST: 3, WEST: 4 });
    for (const [rest, available] of [
      [{}, 7],
      [{ sourcing: 'no_split' }, 4],
      [{ sourcing: 'single_location' }, 4],
      [{ locations: ['EAST'] }, 3],
    ] as const) {
      const lines = [{ sku, quantity: 8 }];
      expect(await quoted(lines, rest)).toEqual({
        possible: false,
        lines: [{ sku, location: null, requested: 8, available, allocations: [] }],
      });
      expect(await scenario.create({ lines, ...rest })).toMatchObject(
        refused(409, 'insufficient_stock', { lines: [{ sku, requested: 8, available }] }),
      );
    }
  });

  test('counts as free what a due hold has, and what the cart holds itself', async () => {
    const sku = await scenario.newSku({ EAST: 3, WEST: 4 });
    const { id } = await scenario.hold(sku, 2);
    await scenario.hold(sku, 4, { cart_id: `cart-of-${sku}` });
    const most = async (rest: object = {}) =>
      (await quoted([{ sku, quantity: 1 }], rest)).lines[0]?.available;
    expect(await most()).toBe(1);
    expect(await most({ cart_id: `cart-of-${sku}` })).toBe(5);
    await scenario.makeDue(id);
    expect(await most()).toBe(3);
    expect(await most({ cart_id: `cart-of-${sku}` })).toBe(7);
    expect(await most({ cart_id: 'another' })).toBe(3);
    expect(await scenario.tryHold(sku, 3)).toMatchObject({ status: 201 });
  });

  test('does not count what is owed at another location', async () => {
    const sku = await scenario.newSku({ EAST: 5, WEST: 10 });
    await scenario.hold(sku, 5);
    await scenario.setStock(sku, 3);
    expect(await quoted([{ sku, quantity: 9, location: 'WEST' }])).toMatchObject({
      possible: false,
      lines: [{ available: 8 }],
    });
  });

  test('is refused for what does not exist, and for more than a reservation may have', async () => {
    const sku = await scenario.newSku(5);
    await scenario.api.call('put', `/v1/skus/${sku}`, { max_per_reservation: 2 });
    const line = { sku, quantity: 1 };
    expect(await scenario.quote([{ sku: 'NO-SUCH-SKU', quantity: 1 }])).toMatchObject(
      refused(422, 'unknown_sku'),
    );
    expect(await scenario.quote([{ ...line, location: 'MOON' }])).toMatchObject(
      refused(422, 'unknown_location'),
    );
    expect(await scenario.quote([line], { locations: ['MOON'] })).toMatchObject(
      refused(422, 'unknown_location'),
    );
    expect(await scenario.quote([{ sku, quantity: 3 }])).toMatchObject(
      refused(422, 'quantity_limit_exceeded'),
    );
  });

  test('of a SKU without a level is not possible', async () => {
    const sku = await scenario.newSku({});
    expect(await quoted([{ sku, quantity: 1 }])).toMatchObject({
      possible: false,
      lines: [{ available: 0 }],
    });
  });
});
