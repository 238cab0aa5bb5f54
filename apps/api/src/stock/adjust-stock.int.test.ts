import { together, withKey } from '@holdfast/testing';
import { scenarioOfSuite, refused, isReplay } from '../testing/api-scenario.ts';

const scenario = scenarioOfSuite();

const adjust = (lines: readonly object[], headers?: Readonly<Record<string, string>>) =>
  scenario.api.call('post', '/v1/stock-adjustments', { lines }, headers);
const line = (sku: string, delta: number, location = 'EAST', reason = 'receipt') => ({
  sku,
  location,
  delta,
  reason,
});
const movementsOf = async (sku: string) => {
  const { rows } = await scenario.sql.query<{ kind: string; delta: number; reason: string; caller: string }>(
    `SELECT kind, on_hand_delta AS delta, reason, caller FROM stock_movements WHERE sku = $1 ORDER BY location, level_seq`,
    [sku],
  );
  return rows;
};

describe('an adjustment', () => {
  test('changes every level it names, each with its movement, reason and caller', async () => {
    const [mug, tee] = [await scenario.newSku(5), await scenario.newSku(1)];

    const reply = await adjust([
      line(mug, 7),
      line(tee, -1, 'EAST', 'broken'),
      line(mug, 3, 'WEST', 'return'),
    ]);

    expect(reply).toMatchObject({
      status: 200,
      body: {
        levels: [
          { sku: mug, location: 'EAST', on_hand: 12, version: 2 },
          { sku: tee, location: 'EAST', on_hand: 0, version: 2 },
          { sku: mug, location: 'WEST', on_hand: 3, version: 1 },
        ],
      },
    });
    expect(await movementsOf(mug)).toEqual([
      { kind: 'set', delta: 5, reason: null, caller: 'anonymous' },
      { kind: 'adjust', delta: 7, reason: 'receipt', caller: 'anonymous' },
      { kind: 'adjust', delta: 3, reason: 'return', caller: 'anonymous' },
    ]);
  });

  test('that would take more than is on hand changes nothing, and names the short lines only', async () => {
    const [mug, tee] = [await scenario.newSku(5), await scenario.newSku(1)];

    const reply = await adjust([line(mug, 7), line(tee, -1), line(tee, -1)]);

    expect(reply).toMatchObject(
      refused(409, 'insufficient_stock', {
        lines: [{ sku: tee, location: 'EAST', requested: 2, available: 1 }],
      }),
    );
    expect(await scenario.counters(mug)).toEqual([5, 0, 0]);
    expect(await movementsOf(tee)).toHaveLength(1);
  });

  test('counts the lines of one level together: what comes in may leave again', async () => {
    const sku = await scenario.newSku(0);
    expect(await adjust([line(sku, -3), line(sku, 5)])).toMatchObject({
      status: 200,
      body: { levels: [{ on_hand: 2 }] },
    });
    expect(await movementsOf(sku)).toMatchObject([{ kind: 'set' }, { delta: 5 }, { delta: -3 }]);
  });

  test('below what is promised is a shortfall: nothing is sold from there, and a receipt shrinks it first', async () => {
    const sku = await scenario.newSku(5);
    await scenario.hold(sku, 4);

    expect(await adjust([line(sku, -3, 'EAST', 'damage')])).toMatchObject({
      status: 200,
      body: { levels: [{ on_hand: 2, reserved: 4, shortfall: 2, available: 0 }] },
    });
    expect(await scenario.tryHold(sku)).toMatchObject(refused(409, 'insufficient_stock'));
    expect(await adjust([line(sku, 3)])).toMatchObject({
      body: { levels: [{ on_hand: 5, shortfall: 0, available: 1 }] },
    });
  });

  test('of what does not exist is refused by name', async () => {
    const sku = await scenario.newSku(5);
    expect(await adjust([line(sku, 1), line('NO-SUCH', 1)])).toMatchObject(refused(422, 'unknown_sku'));
    expect(await adjust([line(sku, 1, 'NOWHERE')])).toMatchObject(refused(422, 'unknown_location'));
    expect(await scenario.counters(sku)).toEqual([5, 0, 0]);
  });

  test('that is refused leaves no level behind where there was none', async () => {
    const sku = await scenario.newSku(5);
    expect(await adjust([line(sku, -1, 'WEST')])).toMatchObject(refused(409, 'insufficient_stock'));
    const { body } = await scenario.api.call('get', `/v1/items/${sku}/availability`);
    expect(body).toMatchObject({ locations: [{ location: 'EAST' }] });
  });

  test('cannot pile up more than a level holds', async () => {
    const sku = await scenario.newSku(999_999_999);
    expect(await adjust([line(sku, 2)])).toMatchObject(refused(422, 'quantity_limit_exceeded'));
    expect(await adjust([line(sku, 1)])).toMatchObject({ body: { levels: [{ on_hand: 1_000_000_000 }] } });
    const [much, inAndOut] = [1_000_000_000, [1, 1, -1, -1]];
    expect(await adjust(inAndOut.map((sign) => line(sku, sign * much)))).toMatchObject(
      refused(422, 'quantity_limit_exceeded'),
    );
  });

  test('repeated with its key is done once, also when it was refused', async () => {
    const sku = await scenario.newSku(5);
    const replies = await together(8, () => adjust([line(sku, 2)], withKey(`receipt ${sku}`)));
    expect(await scenario.counters(sku)).toEqual([7, 0, 0]);
    const bodies = replies.map((each) => (each.status === 'fulfilled' ? each.value.body : each.reason));
    expect(new Set(bodies.map((body) => JSON.stringify(body))).size).toBe(1);

    const tooMuch = () => adjust([line(sku, -100)], withKey(`loss ${sku}`));
    expect(await tooMuch()).toMatchObject(refused(409, 'insufficient_stock'));
    await adjust([line(sku, 100)]);
    const again = await tooMuch();
    expect(again).toMatchObject(refused(409, 'insufficient_stock'));
    expect(isReplay(again)).toBe(true);
    expect(await adjust([line(sku, -1)], withKey(`loss ${sku}`))).toMatchObject(
      refused(422, 'idempotency_key_reused'),
    );
  });

  test('and forty more at once, in opposite orders, all count', async () => {
    const [mug, tee] = [
      await scenario.newSku({ EAST: 0, WEST: 0 }),
      await scenario.newSku({ EAST: 0, WEST: 0 }),
    ];
    const lines = [mug, tee].flatMap((sku) => ['EAST', 'WEST'].map((location) => line(sku, 1, location)));
    const replies = await together(40, (index) => adjust(index % 2 ? lines : lines.toReversed()));
    expect(replies.filter((each) => each.status === 'fulfilled' && each.value.status === 200)).toHaveLength(
      40,
    );
    expect(await scenario.counters(mug)).toEqual([80, 0, 0]);
    expect(await scenario.counters(tee)).toEqual([80, 0, 0]);
  });

  const valid = line('A', 1);
  test.each([
    ['without lines', {}],
    ['with no line', { lines: [] }],
    ['with too many lines', { lines: Array.from({ length: 1_001 }, () => valid) }],
    ['with a delta of 0', { lines: [{ ...valid, delta: 0 }] }],
    ['with half a unit', { lines: [{ ...valid, delta: 1.5 }] }],
    ['with a number in quotes', { lines: [{ ...valid, delta: '1' }] }],
    ['with more than a milliard', { lines: [{ ...valid, delta: 1_000_000_001 }] }],
    ['without a reason', { lines: [{ ...valid, reason: undefined }] }],
    ['with a location that is null', { lines: [{ ...valid, location: null }] }],
    ['with an unknown field', { lines: [{ ...valid, quantity: 1 }] }],
  ])('%s is refused', async (_what, body) => {
    expect(await scenario.api.call('post', '/v1/stock-adjustments', body)).toMatchObject(
      refused(400, 'validation_failed'),
    );
  });
});

describe('fifty writers of one level who all saw the same version', () => {
  test('one wins each version, the others get 412', async () => {
    const sku = await scenario.newSku(1);
    const other = await scenario.openApi();
    for (let version = 1; version <= 5; version += 1) {
      const replies = await together(50, (index) =>
        (index % 2 ? scenario.api : other).call(
          'put',
          `/v1/stock-levels/${sku}/EAST`,
          { on_hand: index },
          { 'If-Match': `"${version}"` },
        ),
      );
      const statuses = replies.map((each) => (each.status === 'fulfilled' ? each.value.status : 0));
      expect(statuses.filter((status) => status === 200)).toHaveLength(1);
      expect(statuses.filter((status) => status === 412)).toHaveLength(49);
      const winner = replies[statuses.indexOf(200)];
      expect(winner).toMatchObject({ value: { headers: { etag: `"${version + 1}"` } } });
    }
  });
});
