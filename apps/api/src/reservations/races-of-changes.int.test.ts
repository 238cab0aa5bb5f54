import { randomInt } from 'node:crypto';
import { pick, seededDice, shuffled, type Dice } from '@holdfast/domain/testing';
import { newId } from '@holdfast/ledger';
import { checkLedgerInvariants, keepCalling, together, untilNotOverloaded } from '@holdfast/testing';
import { parsed, repliesOf, scenarioOfSuite } from '../testing/api-scenario.ts';
import type { Reply, TestApi } from '../testing/start-api.ts';

// Calls that change reservations race, through one API and through three.

const SHOPPERS = 200;
/** Fewer than shoppers: some carts are open twice. */
const CARTS = 150;
const CHANGES = 5;
const IDS = 500;
const CALLERS = 100;

const SEED = Number(process.env['SEED'] ?? randomInt(2 ** 31));

const scenario = scenarioOfSuite();

/** A holder's call: repeated while too many wait. */
const served = (call: () => Promise<Reply>): Promise<Reply> => untilNotOverloaded(call);

const codeOf = ({ status, body }: Reply): string =>
  status < 400 ? 'ok' : `${status} ${String(Reflect.get(Object(body), 'code'))}`;

const tallied = (replies: readonly Reply[]): Readonly<Record<string, number>> => {
  const counts = new Map<string, number>();
  for (const code of replies.map(codeOf)) counts.set(code, (counts.get(code) ?? 0) + 1);
  return Object.fromEntries(counts);
};

describe(`seed ${SEED}`, () => {
  const three: TestApi[] = [];
  beforeAll(async () => {
    for (let n = 0; n < 3; n += 1) three.push(await scenario.openApi());
  });

  describe.each([1, 3])('through %i API(s)', (count) => {
    let apis: readonly TestApi[];
    let dice: Dice;
    beforeEach(() => {
      apis = three.slice(0, count);
      dice = seededDice(SEED);
    });
    afterEach(async () => expect(await checkLedgerInvariants(scenario.url)).toEqual([]));

    test('200 shoppers change carts that share 5 SKUs: no unit is lost, and none is sold twice', async () => {
      const skus: string[] = [];
      for (let n = 0; n < 5; n += 1) skus.push(await scenario.newSku({ EAST: 50, WEST: 50 }));
      const names = Array.from({ length: CARTS }, newId);
      const seeds = Array.from({ length: SHOPPERS }, () => dice.whole(0, 2 ** 30));
      const sold = new Map<string, Units>();
      const replies: Reply[] = [];
      const ends = await together(SHOPPERS, async (shopper) => {
        const own = seededDice(seeds[shopper] ?? 0);
        const cart = names[shopper % CARTS] ?? '';
        for (let n = 0; n < CHANGES; n += 1) {
          const reply = await served(() => changeCart(own, pick(own, apis), cart, skus));
          replies.push(reply);
          if (codeOf(reply) === 'ok' && parsed(reply).status === 'confirmed') {
            sold.set(parsed(reply).id, unitsOf(reply));
          }
        }
      });
      expect(ends.filter(({ status }) => status === 'rejected')).toEqual([]);
      expect(Object.keys(tallied(replies)).filter((code) => !EXPECTED.has(code))).toEqual([]);
      expect((await scenario.sql.query(TWO_HOLDS_OF_A_CART)).rows).toEqual([]);

      expect(sold.size).toBeGreaterThan(0);
      const soldOf = (sku: string) => [...sold.values()].reduce((sum, units) => sum + (units[sku] ?? 0), 0);
      await together(CARTS, (cart) => served(() => pick(dice, apis).deleteCart(names[cart] ?? '')));
      for (const sku of skus) expect(await scenario.counters(sku)).toEqual([100, 0, soldOf(sku)]);
    });

    test('after 500 withdrawals against 500 creates of the same ids nothing is alive', async () => {
      const sku = await scenario.newSku(5_000);
      const ids = Array.from({ length: IDS }, newId);
      const calls = shuffled(
        dice,
        ids.flatMap((id) => {
          const [api, other, quantity] = [pick(dice, apis), pick(dice, apis), dice.whole(1, 3)];
          return [
            { verb: 'withdraw', send: () => api.withdraw(id) },
            { verb: 'create', send: () => other.put(id, { lines: [{ sku, quantity }] }) },
          ];
        }),
      );
      const replies: Record<string, Reply[]> = { withdraw: [], create: [] };
      const ends = await together(CALLERS, async (caller) => {
        for (let n = caller; n < calls.length; n += CALLERS) {
          const call = calls[n];
          if (call) replies[call.verb]?.push(await served(call.send));
        }
      });
      expect(ends.filter(({ status }) => status === 'rejected')).toEqual([]);
      expect(tallied(replies['withdraw'] ?? [])).toEqual({ ok: IDS });
      expect(Object.keys(tallied(replies['create'] ?? [])).toSorted()).toEqual([
        '409 reservation_withdrawn',
        'ok',
      ]);
      expect(await scenario.counters(sku)).toEqual([5_000, 0, 0]);
      const over = `status IN ('released', 'withdrawn') AND withdrawn_at IS NOT NULL`;
      expect(await scenario.rows(`reservations WHERE id = ANY($1) AND ${over}`, [ids])).toBe(IDS);
    });

    test('while rivals take what they can, a hold goes from 3 to 2 to 3: it never loses what it has', async () => {
      const sku = await scenario.newSku(3);
      const { id } = await scenario.hold(sku, 3);
      const units = (reply: Reply) => unitsOf(reply)[sku];
      const asked = (quantity: number) => served(() => pick(dice, apis).putLines(id, [{ sku, quantity }]));
      const rivals = keepCalling(6, async (rival) => {
        const api = apis[rival % count] ?? scenario.api;
        const taken = await served(() => api.tryHold(sku));
        if (taken.status === 201) await served(() => api.release(parsed(taken).id));
      });
      const refusals: Reply[] = [];
      for (let n = 0; n < 25; n += 1) {
        expect(units(await asked(2))).toBe(2);
        const reply = await asked(3);
        if (reply.status === 200) expect(units(reply)).toBe(3);
        else refusals.push(reply);
        expect((await scenario.read(id)).lines).toMatchObject([{ quantity: reply.status === 200 ? 3 : 2 }]);
      }
      await rivals.stop();
      for (const { status, body } of refusals) {
        const lines = [{ sku, requested: 3, available: 2 }];
        expect({ status, body }).toMatchObject({ status: 409, body: { code: 'insufficient_stock', lines } });
      }
      expect(units(await asked(3))).toBe(3);
    });

    test('of tabs that saw the same version of a cart, or none, one wins', async () => {
      const sku = await scenario.newSku(1_000);
      const cart = newId();
      const race = async (tabs: readonly ((api: TestApi) => Promise<Reply>)[]) => {
        const ends = await together(tabs.length, (tab) => {
          const send = tabs[tab];
          if (!send) throw new Error(`there is no tab ${tab}`);
          return served(() => send(apis[tab % count] ?? scenario.api));
        });
        return tallied(repliesOf(ends));
      };
      const put = (quantity: number, headers: Readonly<Record<string, string>>) => (api: TestApi) =>
        api.putCart(cart, [{ sku, quantity }], {}, headers);
      expect(await race([1, 2, 3, 4].map((units) => put(units, { 'If-None-Match': '*' })))).toEqual({
        ok: 1,
        '412 version_conflict': 3,
      });
      const { id } = parsed(await scenario.readCart(cart));
      for (let n = 1; n <= 5; n += 1) {
        const seen = { 'If-Match': `"${n}"` };
        const tabs = [
          put(10 * n, seen),
          (api: TestApi) => api.putLines(id, [{ sku, quantity: 10 * n + 1 }], {}, seen),
          (api: TestApi) => api.patch(id, { source: `tab ${n}` }, seen),
        ];
        expect(await race(shuffled(dice, tabs).slice(0, 2))).toEqual({ ok: 1, '412 version_conflict': 1 });
        expect((await scenario.read(id)).version).toBe(n + 1);
      }
    });
  });
});

/** By SKU. */
type Units = Readonly<Record<string, number>>;

/** The units of a hold or a confirmed reservation. @throws when the reply is not a reservation */
function unitsOf(reply: Reply): Units {
  const units: Record<string, number> = {};
  for (const { sku, quantity } of parsed(reply).lines) units[sku] = (units[sku] ?? 0) + quantity;
  return units;
}

/** Sets other lines (more, less, other SKUs, none), deletes the cart's hold, or confirms it. */
async function changeCart(dice: Dice, api: TestApi, cart: string, skus: readonly string[]): Promise<Reply> {
  const action = dice.whole(1, 10);
  if (action === 1) return served(() => api.deleteCart(cart));
  if (action <= 3) {
    const found = await served(() => api.readCart(cart));
    return found.status === 200 ? served(() => api.confirm(parsed(found).id)) : found;
  }
  const lines = Array.from({ length: dice.whole(0, 4) }, () => ({
    sku: pick(dice, skus),
    quantity: dice.whole(1, 4),
    location: pick(dice, [null, null, 'EAST', 'WEST']),
  }));
  const if_short = pick(dice, ['reject', 'partial']);
  return served(() => api.putCart(cart, lines, { if_short }));
}

/** Also of a cart that another tab has released or confirmed meanwhile. */
const EXPECTED = new Set([
  'ok',
  '404 reservation_not_found',
  '409 insufficient_stock',
  '409 invalid_transition',
]);

/** No hold of this suite expires. */
const TWO_HOLDS_OF_A_CART = `
  SELECT one.cart_id, one.id, other.id
  FROM reservations AS one
  JOIN reservations AS other USING (cart_id)
  WHERE one.id <> other.id
    AND one.created_at <= other.created_at
    AND coalesce(least(one.released_at, one.confirmed_at), 'infinity') > other.created_at`;
