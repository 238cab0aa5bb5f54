import { CUSTOMERS } from './customer-invariants.ts';
import { withSession } from './databases.ts';
import { HOLDS } from './hold-invariants.ts';
import { IN_LINE } from './line-invariants.ts';

/** Promises of the ledger, each as a query that finds nothing when it is kept. */
type Invariants = Readonly<Record<string, string>>;

/** The counters of a level are the sum of all its movements, and what its newest movement says. */
const MOVEMENTS: Invariants = {
  'counters are the sum of the movements': `
    SELECT level.sku, level.location,
           level.on_hand, level.reserved, level.allocated,
           coalesce(sum(movement.on_hand_delta), 0) AS on_hand_sum,
           coalesce(sum(movement.reserved_delta), 0) AS reserved_sum,
           coalesce(sum(movement.allocated_delta), 0) AS allocated_sum
    FROM stock_levels AS level
    LEFT JOIN stock_movements AS movement USING (sku, location)
    GROUP BY level.sku, level.location
    HAVING (level.on_hand, level.reserved, level.allocated) IS DISTINCT FROM
           (coalesce(sum(movement.on_hand_delta), 0),
            coalesce(sum(movement.reserved_delta), 0),
            coalesce(sum(movement.allocated_delta), 0))`,
  'counters are the balances of the newest movement': `
    SELECT level.sku, level.location,
           level.on_hand, level.reserved, level.allocated,
           newest.on_hand AS on_hand_balance,
           newest.reserved AS reserved_balance,
           newest.allocated AS allocated_balance
    FROM stock_levels AS level
    JOIN LATERAL (
      SELECT on_hand, reserved, allocated
      FROM stock_movements
      WHERE (sku, location) = (level.sku, level.location)
      ORDER BY level_seq DESC
      LIMIT 1
    ) AS newest ON true
    WHERE (level.on_hand, level.reserved, level.allocated)
          IS DISTINCT FROM (newest.on_hand, newest.reserved, newest.allocated)`,
  'balances follow from the movement before': `
    SELECT sku, location, level_seq
    FROM (
      SELECT *,
             lag(on_hand, 1, 0) OVER level AS on_hand_before,
             lag(reserved, 1, 0) OVER level AS reserved_before,
             lag(allocated, 1, 0) OVER level AS allocated_before
      FROM stock_movements
      WINDOW level AS (PARTITION BY sku, location ORDER BY level_seq)
    ) AS movement
    WHERE (on_hand, reserved, allocated) IS DISTINCT FROM
          (on_hand_before + on_hand_delta,
           reserved_before + reserved_delta,
           allocated_before + allocated_delta)`,
  'level_seq counts from 1 without a gap': `
    SELECT level.sku, level.location, level.level_seq,
           count(movement.level_seq) AS movements,
           min(movement.level_seq) AS first,
           max(movement.level_seq) AS last
    FROM stock_levels AS level
    LEFT JOIN stock_movements AS movement USING (sku, location)
    GROUP BY level.sku, level.location
    HAVING level.level_seq <> count(movement.level_seq)
        OR coalesce(min(movement.level_seq), 1) <> 1
        OR coalesce(max(movement.level_seq), 0) <> level.level_seq`,
};

/** The promised units are those of the reservations, and never more than there are. */
const PROMISES: Invariants = {
  'reserved is what live holds hold, allocated what confirmed reservations still wait for': `
    WITH promised AS (
      SELECT line.sku, part.location,
             coalesce(sum(part.quantity) FILTER (WHERE reservation.status = 'held'), 0) AS held,
             coalesce(sum(part.quantity - part.fulfilled_quantity - part.cancelled_quantity)
               FILTER (WHERE reservation.status = 'confirmed'), 0) AS confirmed
      FROM line_allocations AS part
      JOIN reservation_lines AS line USING (reservation_id, line_no)
      JOIN reservations AS reservation ON reservation.id = part.reservation_id
      GROUP BY line.sku, part.location
    )
    SELECT sku, location, level.reserved, promised.held, level.allocated, promised.confirmed
    FROM stock_levels AS level
    FULL JOIN promised USING (sku, location)
    WHERE coalesce(level.reserved, 0) <> coalesce(promised.held, 0)
       OR coalesce(level.allocated, 0) <> coalesce(promised.confirmed, 0)`,
  'nothing is sold that is not there': `
    SELECT sku, location, on_hand, reserved, allocated, backorder_limit, shortfall
    FROM stock_levels
    WHERE shortfall <> greatest(0, reserved + allocated - on_hand - backorder_limit)
       OR reserved + allocated > on_hand + backorder_limit + shortfall
       OR least(on_hand, reserved, allocated, backorder_limit) < 0`,
};

/** A line counts the units of its allocations, and a reservation that has ended holds none. */
const LINES: Invariants = {
  'a line has the units of its allocations': `
    SELECT line.reservation_id, line.line_no, reservation.status, line.quantity, line.confirmed_quantity,
           line.fulfilled_quantity, line.cancelled_quantity, line.returned_quantity, parts.*
    FROM reservation_lines AS line
    JOIN reservations AS reservation ON reservation.id = line.reservation_id
    CROSS JOIN LATERAL (
      SELECT coalesce(sum(quantity), 0) AS quantity_sum,
             coalesce(sum(fulfilled_quantity), 0) AS fulfilled_sum,
             coalesce(sum(cancelled_quantity), 0) AS cancelled_sum,
             coalesce(sum(returned_quantity), 0) AS returned_sum
      FROM line_allocations AS part
      WHERE (part.reservation_id, part.line_no) = (line.reservation_id, line.line_no)
    ) AS parts
    WHERE (line.fulfilled_quantity, line.cancelled_quantity, line.returned_quantity)
          IS DISTINCT FROM (fulfilled_sum, cancelled_sum, returned_sum)
       OR (reservation.status IN ('held', 'released', 'expired') AND line.quantity <> quantity_sum
         AND (waiting_until IS NULL OR held_at IS NOT NULL)) -- one that waited in vain asked for them
       OR (reservation.status IN ('confirmed', 'fulfilled', 'cancelled') AND line.confirmed_quantity <> quantity_sum)`,
  'no more of an allocation comes back than left, and no more leaves or is cancelled than there was': `
    SELECT reservation_id, line_no, location, quantity, fulfilled_quantity, cancelled_quantity, returned_quantity
    FROM line_allocations
    WHERE returned_quantity > fulfilled_quantity
       OR fulfilled_quantity + cancelled_quantity > quantity`,
  'no more was confirmed than held, and no more than was asked for': `
    SELECT reservation_id, line_no, quantity, requested_quantity, confirmed_quantity
    FROM reservation_lines
    WHERE confirmed_quantity > quantity
       OR requested_quantity < quantity`,
  'what a reallocate takes from one location it gives to others': `
    SELECT reservation_id, sku, at, sum(on_hand_delta) AS on_hand, sum(reserved_delta) AS reserved,
           sum(allocated_delta) AS allocated
    FROM stock_movements
    WHERE kind = 'reallocate'
    GROUP BY reservation_id, sku, at
    HAVING (sum(on_hand_delta), sum(reserved_delta), sum(allocated_delta)) IS DISTINCT FROM (0, 0, 0)`,
  'what was withdrawn holds nothing': `
    SELECT id, status, withdrawn_at
    FROM reservations
    WHERE withdrawn_at IS NOT NULL
      AND status NOT IN ('released', 'expired', 'cancelled', 'withdrawn')`,
};

/**
 * A unit that is promised at one location and missing there is owed, so no other location may sell its
 * replacement: at the end of each millisecond in which more is promised of a SKU, its locations together
 * have, or may backorder, at least as much as they owe.
 *
 * The movements of one millisecond are taken in the most favourable order: receipts first, counts last.
 * Inactive locations count as active, as no row says when they were switched. SKUs that were changed by SQL,
 * and those during whose movements the clock was set back, are left out.
 */
const OWED: Invariants = {
  'no unit is sold that another location owes': `
    WITH movement AS (
      SELECT sku, location, level_seq, at, kind,
             on_hand_delta + coalesce(backorder_limit_delta, 0) - reserved_delta - allocated_delta AS units,
             reserved_delta + allocated_delta > 0 AND kind NOT IN ('repair', 'reallocate') AS is_promise,
             at < lag(at) OVER (PARTITION BY sku, location ORDER BY level_seq) AS is_set_back
      FROM stock_movements
    ), moment AS (
      SELECT sku, at, sum(units) AS units,
             coalesce(bool_or(is_promise), false) AS has_promise,
             coalesce(sum(units) FILTER (WHERE units > 0 OR is_promise), 0) AS units_at_best
      FROM movement
      GROUP BY sku, at
    ), balance AS (
      SELECT sku, at, has_promise,
             sum(units) OVER (PARTITION BY sku ORDER BY at) - units + units_at_best AS units
      FROM moment
    )
    SELECT sku, at, units
    FROM balance
    WHERE has_promise
      AND units < 0
      AND sku NOT IN (SELECT sku FROM movement WHERE kind = 'drift' OR is_set_back)`,
};

/** Cancelled orders and refunded payments sell nothing. */
const ORDERS: Invariants = {
  'no reservation of a cancelled order is held or confirmed': `
    SELECT reservation.id, reservation.status, order_id, orders.cancelled_at
    FROM reservations AS reservation
    JOIN orders USING (order_id)
    WHERE orders.cancelled_at IS NOT NULL
      AND (reservation.status = 'confirmed' OR (reservation.status = 'held' AND expires_at > clock_timestamp()))`,
  'a payment that was refused for good confirms nothing': `
    SELECT reservation.id, reservation.status, refused.payment_reference
    FROM reservations AS reservation
    JOIN refused_payments AS refused
      ON refused.reservation_id = reservation.id
      AND refused.payment_reference = reservation.payment_reference
    WHERE refused.final
      AND reservation.confirmed_at IS NOT NULL -- PATCH may have named it before it was refused`,
  'each refused payment is published, and once more where it became final': `
    SELECT refused.reservation_id, refused.payment_reference, final, count(event.id) AS published
    FROM refused_payments AS refused
    LEFT JOIN events AS event
      ON event.reservation_id = refused.reservation_id
      AND event.type = 'warehouse.inventory.confirm_refused'
      AND coalesce(event.changed ->> 'payment_reference', '') = refused.payment_reference
    GROUP BY refused.reservation_id, refused.payment_reference, final
    HAVING count(event.id) NOT BETWEEN 1 AND 2
        OR count(*) FILTER (WHERE (event.changed ->> 'final')::boolean) <> final::integer`,
};

/** Every change has its event, in the same order. Events may be published or not yet. */
const EVENTS: Invariants = {
  'an event waits for its place, or has one': `
    SELECT event.id, event.type, count(waiting.id) AS waiting, count(placed.event_id) AS placed
    FROM events AS event
    LEFT JOIN (SELECT unnest(event_ids) AS id FROM event_notes) AS waiting ON waiting.id = event.id
    LEFT JOIN event_positions AS placed ON placed.event_id = event.id
    GROUP BY event.id, event.type
    HAVING count(waiting.id) + count(placed.event_id) <> 1`,
  'places have no gap, and the last one is remembered': `
    SELECT sequencer.last_position, count(*) AS places, min(placed.position) AS first, max(placed.position) AS last
    FROM event_sequencer AS sequencer
    CROSS JOIN event_positions AS placed
    GROUP BY sequencer.last_position
    HAVING max(placed.position) <> sequencer.last_position
        OR max(placed.position) - min(placed.position) + 1 <> count(*)`,
  // But a refusal is published after all decisions of its batch.
  'events of a reservation have their places in the order of its versions': `
    SELECT reservation_id, position, type, version_before, reservation_version
    FROM (
      SELECT *, lag(reservation_version) OVER (PARTITION BY reservation_id ORDER BY position) AS version_before
      FROM events
      JOIN event_positions ON event_id = id
      WHERE reservation_id IS NOT NULL
        AND type <> 'warehouse.inventory.confirm_refused'
    ) AS told
    WHERE reservation_version < version_before`,
};

/**
 * Checks the invariants of the ledger in SQL.
 *
 * @returns the violations, one sentence each; empty when all is right
 */
export function checkLedgerInvariants(databaseUrl: string): Promise<string[]> {
  return withSession(databaseUrl, async (session) => {
    // One instant for all queries, as the apps may be working meanwhile.
    await session.query('BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const violations: string[] = [];
    const all = {
      ...MOVEMENTS,
      ...PROMISES,
      ...LINES,
      ...IN_LINE,
      ...OWED,
      ...CUSTOMERS,
      ...HOLDS,
      ...ORDERS,
      ...EVENTS,
    };
    for (const [name, sql] of Object.entries(all)) {
      const { rows } = await session.query<Record<string, unknown>>(sql);
      for (const row of rows) violations.push(`not so: ${name}: ${JSON.stringify(row)}`);
    }
    return violations;
  });
}
