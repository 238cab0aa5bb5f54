import {
  adjustment,
  adjustStock,
  codeOf,
  EAST,
  expire,
  grantWaiting,
  inLine,
  line,
  release,
  replaceLines,
  reserve,
  setStock,
  WEST,
} from '@holdfast/testing/vocabulary';
import { eventually, together } from '@holdfast/testing';
import { reservationIn, scenarioOfSuite, type WatchedLedger } from './fixtures/ledger-scenario.ts';

const scenario = scenarioOfSuite();

/** A SKU of which all is held, by the reservation of that id. */
async function soldOut(ledger: WatchedLedger, units = 1) {
  const sku = await ledger.newSku(units);
  return { sku, held: await ledger.hold(sku, units) };
}

const wait = async (ledger: WatchedLedger, sku: string, quantity = 1, priority = 0) =>
  ledger.hold(sku, quantity, inLine(priority));

async function statusOf(...ids: readonly string[]): Promise<readonly string[]> {
  const { rows } = await scenario.sql.query<{ id: string; status: string }>(
    'SELECT id, status FROM reservations WHERE id = ANY($1)',
    [ids],
  );
  return ids.map((id) => rows.find((row) => row.id === id)?.status ?? '');
}

const inLineFor = (sku: string) => scenario.rows('waiting_lines WHERE sku = $1', [sku]);

/** SKUs for which jobs were asked for. */
const grantsOf = ({ effects }: WatchedLedger) => effects.flatMap(({ toGrant }) => toGrant);

describe('a reservation in line', () => {
  test('is stored with its place, counts nowhere, and gets its stock and its time when some comes free', async () => {
    const ledger = scenario.openLedger();
    const { sku, held } = await soldOut(ledger);
    const waiting = await wait(ledger, sku, 1, 3);
    expect(waiting).toMatchObject({ status: 'waiting', wait_priority: 3, held_at: null });
    expect(await scenario.counters(sku)).toEqual([1, 1, 0]);
    expect(ledger.effects.at(-1)?.dueAt).toEqual([Date.parse(waiting.waiting_until ?? '')]);

    await ledger.submit(release(held.id));
    expect(grantsOf(ledger)).toEqual([sku]);
    expect(await ledger.submit(grantWaiting(sku))).toMatchObject({ outcome: { granted: 1, next: null } });
    const granted = reservationIn(await ledger.submit(replaceLines(waiting.id, [line(sku)])));
    expect(granted).toMatchObject({ status: 'held', wait_priority: 3, waiting_until: waiting.waiting_until });
    expect(Date.parse(granted.expires_at ?? '') - Date.parse(granted.held_at ?? '')).toBe(900_000);
    expect(await scenario.counters(sku)).toEqual([1, 1, 0]);
    expect(await inLineFor(sku)).toBe(0);
  });

  test('no grant is asked for of stock that no reservation waits for', async () => {
    const ledger = scenario.openLedger();
    const { held } = await soldOut(ledger);
    await ledger.submit(release(held.id));
    expect(grantsOf(ledger)).toEqual([]);
  });

  test('units go by priority and then in order of arrival, over two ledgers', async () => {
    const ledgers = [scenario.openLedger(), scenario.openLedger()] as const;
    const { sku, held } = await soldOut(ledgers[0], 4);
    const ids: string[] = [];
    for (const [index, priority] of [0, 5, 0, 5].entries()) {
      const ledger = ledgers[index % 2] ?? ledgers[0];
      ids.push((await wait(ledger, sku, 1, priority)).id);
    }
    const order: number[] = [];
    for (const [index] of ids.entries()) {
      const ledger = ledgers[index % 2] ?? ledgers[0];
      await ledger.submit(release(held.id, null, { parts: [line(sku)] }));
      await ledger.submit(grantWaiting(sku, { limit: 2 }));
      const status = await statusOf(...ids);
      order.push(...[...ids.keys()].filter((each) => status[each] === 'held' && !order.includes(each)));
    }
    expect(order).toEqual([1, 3, 0, 2]);
  });

  test('of many who wait, those are read that are next', async () => {
    const ledger = scenario.openLedger();
    const { sku, held } = await soldOut(ledger, 3);
    const ids = await Promise.all(Array.from({ length: 20 }, async () => (await wait(ledger, sku)).id));
    await ledger.submit(release(held.id));
    const first = await ledger.submit(grantWaiting(sku, { limit: 2 }));
    expect(first.outcome).toMatchObject({ granted: 2, next: { priority: 0 } });
    const after = first.outcome.ok ? first.outcome.next : null;
    const rest = await ledger.submit(grantWaiting(sku, { after, limit: 4 }));
    expect(rest.outcome).toMatchObject({ granted: 1, next: null });
    expect((await statusOf(...ids)).filter((status) => status === 'held')).toHaveLength(3);
  });

  test('is expired after its time, and blocks nothing then, whether or not a job has run', async () => {
    const ledger = scenario.openLedger();
    const { sku, held } = await soldOut(ledger);
    const { id } = await wait(ledger, sku);
    await ledger.submit(release(held.id));
    expect(codeOf(await ledger.submit(reserve([line(sku)])))).toBe('insufficient_stock');
    await scenario.endWait(id);
    expect(codeOf(await ledger.submit(reserve([line(sku)])))).toBe('ok');
    expect(reservationIn(await ledger.submit(expire(id)))).toMatchObject({ status: 'expired' });
    expect(await inLineFor(sku)).toBe(0);
  });
});

describe('what a line keeps from newcomers', () => {
  test('they find none of what is free, where it is blocked, and elsewhere all of it', async () => {
    const ledger = scenario.openLedger();
    const sku = await ledger.newSku(2);
    await ledger.submit(setStock(sku, 2, WEST));
    const east = reservationIn(await ledger.submit(reserve([line(sku, 2, EAST)])));
    await ledger.submit(reserve([line(sku, 2, EAST)], inLine()));
    await ledger.submit(release(east.id, null, { parts: [line(sku, 1)] }));
    const { outcome } = await ledger.submit(reserve([line(sku, 3)]));
    expect(outcome).toMatchObject({ refusal: { lines: [{ requested: 3, available: 2 }] } });
    expect(codeOf(await ledger.submit(reserve([line(sku, 2)])))).toBe('ok');
    expect(await scenario.counters(sku)).toEqual([2, 1, 0]);
  });

  test('one who waits for two SKUs blocks neither that it is not short of', async () => {
    const ledger = scenario.openLedger();
    const { sku: short } = await soldOut(ledger);
    const plenty = await ledger.newSku(5);
    const both = [line(short), line(plenty)];
    expect(reservationIn(await ledger.submit(reserve(both, inLine())))).toMatchObject({ status: 'waiting' });
    expect(codeOf(await ledger.submit(reserve([line(plenty, 5)])))).toBe('ok');
  });

  test('newcomers overtake no reservation that joins at the same time', async () => {
    const ledgers = [scenario.openLedger(), scenario.openLedger()] as const;
    for (let round = 0; round < 8; round += 1) {
      const { sku, held } = await soldOut(ledgers[0], 2);
      await ledgers[0].submit(release(held.id, null, { parts: [line(sku)] }));
      // One is free. Who wants two units waits, and blocks the SKU, unless the others came first.
      const answers = await together(8, async (number) => {
        const ledger = ledgers[number % 2] ?? ledgers[0];
        return number % 4 === 0 ? wait(ledger, sku, 2) : (await ledger.submit(reserve([line(sku)]))).outcome;
      });
      expect(answers).toHaveLength(8);
      const order = await scenario.sql.query<{ status: string; created_at: Date }>(
        `SELECT r.status, r.created_at FROM reservations r
         JOIN reservation_lines line ON line.reservation_id = r.id
         WHERE sku = $1 AND r.id <> $2 ORDER BY r.created_at, r.status`,
        [sku, held.id],
      );
      const statuses = order.rows.map(({ status }) => status);
      // All who got some came before those who wait.
      expect(statuses.lastIndexOf('held')).toBeLessThan(statuses.indexOf('waiting'));
    }
  });

  test('leaves nothing to a refusal that was under way when it joined', async () => {
    const [first, second] = [scenario.openLedger(), scenario.openLedger()];
    const sku = await first.newSku(5);
    await first.hold(sku, 3);
    const lock = await scenario.lock(sku);
    const joined = wait(first, sku, 3);
    await eventually(async () => (await scenario.waitingForLock(first)) === 1);
    const refused = second.submit(reserve([line(sku, 4)]));
    await eventually(async () => (await scenario.waitingForLock(second)) === 1);
    await lock.unlock();
    expect(await joined).toMatchObject({ status: 'waiting' });
    const left = { sku, requested: 4, available: 0 };
    expect((await refused).outcome).toMatchObject({ refusal: { lines: [left] } });
  });

  test('a line may not be longer than the limit', async () => {
    const ledger = scenario.openLedger();
    const { sku } = await soldOut(ledger);
    const terms = { ...inLine(), wait: { waitSeconds: 60, priority: 0, waitersMax: 2 } };
    const codes = [];
    for (const _ of [1, 2, 3]) codes.push(codeOf(await ledger.submit(reserve([line(sku)], terms))));
    expect(codes).toEqual(['ok', 'ok', 'insufficient_stock']);
  });
});

describe('a reservation that leaves the line', () => {
  test('has those behind tried, who may take what it kept from them', async () => {
    const ledger = scenario.openLedger();
    const { sku, held } = await soldOut(ledger, 2);
    const first = await wait(ledger, sku, 2);
    const second = await wait(ledger, sku, 1);
    await ledger.submit(release(held.id, null, { parts: [line(sku)] }));
    await ledger.submit(grantWaiting(sku));
    expect(await statusOf(first.id, second.id)).toEqual(['waiting', 'waiting']);
    await ledger.submit(release(first.id));
    expect(grantsOf(ledger).at(-1)).toBe(sku);
    await ledger.submit(grantWaiting(sku));
    expect(await statusOf(first.id, second.id)).toEqual(['released', 'held']);
  });

  test('other lines are stored, with the place that they give', async () => {
    const ledger = scenario.openLedger();
    const { sku } = await soldOut(ledger, 3);
    const other = await ledger.newSku(5);
    const { id } = await wait(ledger, sku, 1);
    await ledger.submit(replaceLines(id, [line(sku, 3), line(other, 2)], { locations: [EAST, WEST] }));
    const { rows } = await scenario.sql.query(
      `SELECT sku, location, units, is_short FROM waiting_lines WHERE reservation_id = $1 ORDER BY line_no, units DESC`,
      [id],
    );
    expect(rows).toEqual([
      { sku, location: EAST, units: 3, is_short: true },
      { sku, location: WEST, units: 0, is_short: true },
      { sku: other, location: EAST, units: 2, is_short: false },
      { sku: other, location: WEST, units: 0, is_short: false },
    ]);
    await ledger.submit(adjustStock(adjustment(sku, 3)));
    await ledger.submit(grantWaiting(sku));
    expect(await statusOf(id)).toEqual(['held']);
    expect(await scenario.counters(other)).toEqual([5, 2, 0]);
  });
});
