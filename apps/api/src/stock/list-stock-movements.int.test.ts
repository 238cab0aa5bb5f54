import type { z } from 'zod';
import { stockMovementListAnswer } from './list-stock-movements.ts';
import { scenarioOfSuite } from '../testing/api-scenario.ts';

type Movement = z.infer<typeof stockMovementListAnswer>['data'][number];

let mug: string;
let cup: string;
let reservation: string;

const scenario = scenarioOfSuite();
beforeAll(async () => {
  mug = await scenario.newSku({ EAST: 10, WEST: 10 });
  cup = await scenario.newSku(10);
  // 10 of the mugs from EAST, 2 from WEST, and a cup.
  const lines = [
    { sku: mug, quantity: 12 },
    { sku: cup, quantity: 1 },
  ];
  reservation = (await scenario.hold(mug, 12, { lines })).id;
  await scenario.confirm(reservation);
  await scenario.hold(cup, 2);
  await scenario.api.call('put', `/v1/stock-levels/${cup}/EAST`, { on_hand: 9, reason: 'counted' });
});

const call = (query: string) => scenario.api.call('get', `/v1/stock-movements?${query}`);
const list = async (query: string) => stockMovementListAnswer.parse((await call(query)).body);
const shown = ({ kind, sku, location, level_seq }: Movement) => `${kind} ${sku} ${location} ${level_seq}`;

async function inPages(query: string, limit: number): Promise<string[]> {
  const seen: string[] = [];
  for (let cursor = ''; ;) {
    const { data, next_cursor } = await list(`${query}&limit=${limit}${cursor}`);
    seen.push(...data.map(shown));
    if (next_cursor === null) return seen;
    expect(data).toHaveLength(limit);
    cursor = `&cursor=${next_cursor}`;
  }
}

const queries = () => ({
  all: '',
  sku: `sku=${mug}`,
  location: 'location=EAST',
  level: `sku=${mug}&location=EAST`,
  reservation: `reservation_id=${reservation}`,
});

describe('the list of movements', () => {
  test('has all that ever changed, newest first', async () => {
    const { data, next_cursor } = await list('');
    expect(next_cursor).toBeNull();
    const ids = data.map(({ id }) => id);
    expect(ids).toEqual(ids.toSorted().toReversed());
    expect(data.map(shown).toSorted()).toEqual(
      [
        `confirm ${cup} EAST 3`,
        `confirm ${mug} WEST 3`,
        `confirm ${mug} EAST 3`,
        `reserve ${cup} EAST 2`,
        `reserve ${cup} EAST 4`,
        `reserve ${mug} WEST 2`,
        `reserve ${mug} EAST 2`,
        `set ${cup} EAST 1`,
        `set ${cup} EAST 5`,
        `set ${mug} WEST 1`,
        `set ${mug} EAST 1`,
      ].toSorted(),
    );
    expect(data[0]).toEqual({
      id: expect.any(String),
      at: expect.any(String),
      sku: cup,
      location: 'EAST',
      level_seq: 5,
      kind: 'set',
      on_hand_delta: -1,
      reserved_delta: 0,
      allocated_delta: 0,
      backorder_limit_delta: 0,
      on_hand: 9,
      reserved: 2,
      allocated: 1,
      reservation_id: null,
      order_id: null,
      import_id: null,
      reason: 'counted',
      caller: expect.any(String),
    });
  });

  test.each([
    ['sku', 6],
    ['location', 8],
    ['level', 3],
    ['reservation', 6],
  ] as const)('by %s has those that fit, in the order of all', async (by, count) => {
    const all = await list('limit=200');
    const fits: Record<typeof by, (movement: Movement) => boolean> = {
      sku: ({ sku }) => sku === mug,
      location: ({ location }) => location === 'EAST',
      level: ({ sku, location }) => sku === mug && location === 'EAST',
      reservation: ({ reservation_id }) => reservation_id === reservation,
    };
    const { data, next_cursor } = await list(queries()[by]);
    expect(data).toEqual(all.data.filter(fits[by]));
    expect(data).toHaveLength(count);
    expect(next_cursor).toBeNull();
  });

  test('by a reservation may be by SKU and location, too', async () => {
    const of = `reservation_id=${reservation.toUpperCase()}`;
    const mugs = (await list(`${of}&sku=${mug}`)).data.map(shown).toSorted();
    expect(mugs).toEqual(
      [
        `confirm ${mug} WEST 3`,
        `confirm ${mug} EAST 3`,
        `reserve ${mug} WEST 2`,
        `reserve ${mug} EAST 2`,
      ].toSorted(),
    );
    expect((await list(`${of}&location=WEST`)).data.map(shown)).toEqual([
      `confirm ${mug} WEST 3`,
      `reserve ${mug} WEST 2`,
    ]);
    expect((await list(`${of}&sku=${mug}&location=WEST`)).data).toHaveLength(2);
    expect((await list(`${of}&sku=${cup}&location=WEST`)).data).toHaveLength(0);
  });

  test.each(['all', 'sku', 'location', 'level', 'reservation'] as const)(
    'by %s is the same in pages, each movement once',
    async (by) => {
      const query = queries()[by];
      const whole = (await list(query)).data.map(shown);
      for (const limit of [1, 2, whole.length]) expect(await inPages(query, limit)).toEqual(whole);
    },
  );

  test('of what does not exist is empty', async () => {
    const nothing = { status: 200, body: { data: [], next_cursor: null } };
    for (const query of [
      'sku=NOPE',
      'location=NOPE',
      `sku=${mug}&location=NOPE`,
      `sku=${cup}&location=WEST`,
      'reservation_id=0199b0c4-6f0e-7c52-9a51-3f1f0e6f8a11',
    ]) {
      expect(await call(query)).toMatchObject(nothing);
    }
  });
});

const cursor = (place: unknown) => `cursor=${Buffer.from(JSON.stringify(place)).toString('base64url')}`;

describe('the list of movements is refused', () => {
  test.each([
    ['reservation_id=7', 'reservation_id'],
    ['reservation_id=', 'reservation_id'],
    ['sku=', 'sku'],
    ['sku=A&sku=B', 'sku'],
    [`location=${'x'.repeat(256)}`, 'location'],
    ['limit=0', 'limit'],
    ['limit=201', 'limit'],
    ['cursor=garbage', 'cursor'],
    [cursor(['MUG']), 'cursor'],
    [cursor({ list: 'all', id: '7' }), 'cursor'],
    [`sku=A&location=B&${cursor({ list: 'level', level_seq: 1.5 })}`, 'cursor'],
    [`sku=A&location=B&${cursor({ list: 'level', level_seq: '1' })}`, 'cursor'],
    ['kind=sell', 'kind'],
  ])('with “%s”', async (query, path) => {
    expect(await call(query)).toMatchObject({
      status: 400,
      body: { code: 'validation_failed', errors: [{ path }] },
    });
  });

  test('with the cursor of another list', async () => {
    const all = Object.entries(queries());
    for (const [from, first] of all) {
      const { next_cursor } = await list(`${first}&limit=1`);
      for (const [to, second] of all) {
        const { status } = await call(`${second}&cursor=${next_cursor}`);
        expect({ from, to, status }).toEqual({ from, to, status: from === to ? 200 : 400 });
      }
    }
  });
});
