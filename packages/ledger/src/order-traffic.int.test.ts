import { randomInt } from 'node:crypto';
import { sequenceEvents } from '@holdfast/events';
import { onceIn, pick, seededDice } from '@holdfast/domain/testing';
import { openCommitBreaker, together, type CommitBreaker } from '@holdfast/testing';
import { setStock, WEST } from '@holdfast/testing/vocabulary';
import { OrderTraffic } from './fixtures/order-traffic.ts';
import { scenarioOfSuite, untilTaken, type WatchedLedger } from './fixtures/ledger-scenario.ts';
import type { IdempotencyKey } from './index.ts';

const CLIENTS = 24;
const COMMANDS = 30;
const ORDERS = 25;
const SKUS = 5;
/** One commit in so many commands is cut off, before it is heard or before its answer. */
const CUT_EVERY = 40;
/** One command in so many breaks the transaction that it is in: its batch is halved until it stands alone. */
const POISON_EVERY = 60;

const scenario = scenarioOfSuite();
let breaker: CommitBreaker;

beforeAll(async () => {
  breaker = await openCommitBreaker(scenario.url);
});
afterAll(async () => {
  await breaker.close();
});

/** Of batches: poison, cut links and reused keys; the last two only on a busy machine. */
const FAILURES = new Set<string>(['data', 'commit_lost', 'key_taken', 'locked', 'busy', 'unreachable']);

test('events of orders, calls, repairs, poison and broken links in four ledgers: everything ends, with matching events', async () => {
  const seed = randomInt(2 ** 31);
  process.stderr.write(`order traffic: seed ${seed}\n`);
  const steady = scenario.openLedger();
  const ledgers: readonly WatchedLedger[] = [
    steady,
    scenario.openLedger(),
    scenario.openLedger(breaker.url),
    scenario.openLedger(breaker.url),
  ];
  const skus: string[] = [];
  for (let n = 0; n < SKUS; n += 1) {
    const sku = await steady.newSku(60);
    await steady.submit(setStock(sku, 40, WEST));
    skus.push(sku);
  }
  const traffic = new OrderTraffic(skus, ORDERS);
  let asked = 0;

  async function play(client: number): Promise<void> {
    const dice = seededDice(seed + client);
    for (let n = 0; n < COMMANDS; n += 1) {
      asked += 1;
      if (asked % CUT_EVERY === 0) breaker.breakNext(onceIn(dice, 2) ? 'before' : 'after');
      const ledger = pick(dice, ledgers);
      if (onceIn(dice, POISON_EVERY)) {
        const poison = setStock(pick(dice, skus), 3_000_000_000);
        await expect(untilTaken(() => ledger.submit(poison))).rejects.toThrow('out of range');
        continue;
      }
      const command = traffic.next(dice);
      const key: IdempotencyKey = {
        caller: 'event:/orders',
        path: '/v1/events',
        key: `${seed}-${asked}`,
        fingerprint: '',
      };
      const keyOrNone = onceIn(dice, 2) ? key : null;
      const answer = await untilTaken(() => ledger.submit(command, keyOrNone));
      traffic.learn(answer);
    }
  }
  const ends = await together(CLIENTS, play);
  expect(ends.filter(({ status }) => status === 'rejected')).toEqual([]);
  const failures = new Set(ledgers.flatMap((ledger) => ledger.failures));
  expect([...failures].filter((reason) => !FAILURES.has(reason))).toEqual([]);

  const db = scenario.openDatabase();
  for (let more = true; more;) more = (await sequenceEvents(db, { eventsMax: 100 }))?.more ?? true;
  expect((await scenario.sql.query(TOLD_OTHERWISE_THAN_MOVED)).rows).toEqual([]);
  expect((await scenario.sql.query(TOLD_OUT_OF_A_CHAIN)).rows).toEqual([]);
});

/** Units moved for a reservation, by its events and by its movements. Expiry and cancel have two events. */
const TOLD_OTHERWISE_THAN_MOVED = `
  WITH told AS (
    SELECT
      reservation_id,
      change ->> 'sku' AS sku,
      change ->> 'location' AS location,
      sum((change ->> 'on_hand')::integer) AS on_hand,
      sum((change ->> 'reserved')::integer) AS reserved,
      sum((change ->> 'allocated')::integer) AS allocated
    FROM events
    CROSS JOIN json_array_elements(changed -> 'stock_changes') AS change
    WHERE reservation_id IS NOT NULL
      AND NOT (type = 'warehouse.inventory.released' AND data ->> 'status' <> 'released')
    GROUP BY reservation_id, change ->> 'sku', change ->> 'location'
  ), moved AS (
    SELECT
      reservation_id,
      sku,
      location,
      sum(on_hand_delta) AS on_hand,
      sum(reserved_delta) AS reserved,
      sum(allocated_delta) AS allocated
    FROM stock_movements
    WHERE reservation_id IS NOT NULL
    GROUP BY reservation_id, sku, location
  )
  SELECT *
  FROM told
  FULL JOIN moved USING (reservation_id, sku, location)
  WHERE (told.on_hand, told.reserved, told.allocated) IS DISTINCT FROM (moved.on_hand, moved.reserved, moved.allocated)`;

/**
 * Events of a reservation that do not continue the event before. A confirmed reservation may take an order and a payment
 * in between, each with a version that has no event.
 */
const TOLD_OUT_OF_A_CHAIN = `
  SELECT *
  FROM (
    SELECT
      reservation_id,
      position,
      type,
      reservation_version AS version,
      changed ->> 'previous_status' AS previous_status,
      lag(data ->> 'status') OVER earlier AS status_before,
      (data ->> 'order_id' IS DISTINCT FROM lag(data ->> 'order_id') OVER earlier)::integer
        + (data ->> 'payment_reference' IS DISTINCT FROM lag(data ->> 'payment_reference') OVER earlier)::integer AS taken,
      lag(reservation_version) OVER earlier AS version_before
    FROM events
    JOIN event_positions ON event_id = id
    WHERE reservation_id IS NOT NULL
      AND type <> 'warehouse.inventory.confirm_refused'
    WINDOW earlier AS (PARTITION BY reservation_id ORDER BY position)
  ) AS told
  WHERE version NOT BETWEEN coalesce(version_before, 0) AND coalesce(version_before, 0) + 1
          + CASE WHEN previous_status = 'confirmed' THEN taken ELSE 0 END
     OR (version IS DISTINCT FROM version_before AND previous_status IS DISTINCT FROM status_before)`;
