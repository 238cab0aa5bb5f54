-- Holdfast's tables. Reasons for what is not obvious stand beside it; the picture is in ARCHITECTURE.md.
--
-- Times are kept to the millisecond, as the contract shows them: what a client reads is what the database compares.
-- There are no foreign keys between the tables that every reservation writes: one door (packages/ledger) writes them all
-- in one transaction, nothing deletes them, and each key would cost a look-up for every row (docs/decisions/0003).

CREATE TABLE locations (
  location    text PRIMARY KEY,
  name        text,
  priority    integer NOT NULL DEFAULT 100,
  active      boolean NOT NULL DEFAULT true,
  created_at  timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  updated_at  timestamptz(3) NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE skus (
  sku                  text PRIMARY KEY,
  name                 text,
  product_id           text,
  variant_id           text,
  low_stock_threshold  integer CHECK (low_stock_threshold >= 0),
  max_per_reservation  integer CHECK (max_per_reservation >= 1),
  created_at           timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  updated_at           timestamptz(3) NOT NULL DEFAULT clock_timestamp()
);

-- The counters. `version` rises with every change of on_hand or safety_stock (what If-Match compares);
-- `level_seq` with every movement.
CREATE TABLE stock_levels (
  sku           text NOT NULL REFERENCES skus,
  location      text NOT NULL REFERENCES locations,
  on_hand       integer NOT NULL DEFAULT 0,
  reserved      integer NOT NULL DEFAULT 0,
  allocated     integer NOT NULL DEFAULT 0,
  safety_stock  integer NOT NULL DEFAULT 0 CHECK (safety_stock >= 0),
  shortfall     integer NOT NULL DEFAULT 0,
  version       bigint NOT NULL DEFAULT 0,
  level_seq     bigint NOT NULL DEFAULT 0,
  updated_at    timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (sku, location),
  CONSTRAINT stock_levels_not_negative
    CHECK (on_hand >= 0 AND reserved >= 0 AND allocated >= 0),
  CONSTRAINT stock_levels_shortfall_is_what_is_missing
    CHECK (shortfall = GREATEST(0, reserved + allocated - on_hand))
) WITH (fillfactor = 50); -- room for HOT updates: these rows change thousands of times a second
-- And no index on location alone: while the table has no statistics, the planner takes it for as good as the key, and
-- every batch would read all levels of a location (docs/decisions/0004).

-- Selling what is not there would raise the shortfall. Only a correction may: by no more than on_hand fell.
CREATE FUNCTION refuse_oversell() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'oversold: % at % would promise % units more than are on hand',
    NEW.sku, NEW.location, NEW.shortfall
    USING ERRCODE = 'check_violation', CONSTRAINT = 'stock_levels_never_oversold';
END $$;

CREATE TRIGGER stock_levels_never_oversold
  BEFORE UPDATE ON stock_levels
  FOR EACH ROW
  WHEN (NEW.shortfall - OLD.shortfall > GREATEST(0, OLD.on_hand - NEW.on_hand))
  EXECUTE FUNCTION refuse_oversell();

CREATE TRIGGER stock_levels_never_oversold_from_the_start
  BEFORE INSERT ON stock_levels
  FOR EACH ROW
  WHEN (NEW.shortfall > 0)
  EXECUTE FUNCTION refuse_oversell();

CREATE TABLE reservations (
  id                 uuid PRIMARY KEY,
  status             text NOT NULL
    CHECK (status IN ('held', 'confirmed', 'fulfilled', 'released', 'expired', 'cancelled')),
  order_id           text,
  cart_id            text,
  store_id           text,
  source             text,
  sourcing           text NOT NULL CHECK (sourcing IN ('split', 'no_split', 'single_location')),
  release_reason     text,
  payment_reference  text,
  expires_at         timestamptz(3),
  extensions         integer NOT NULL DEFAULT 0,
  metadata           json NOT NULL DEFAULT '{}',
  version            integer NOT NULL,
  sync_count         integer NOT NULL DEFAULT 0,
  created_at         timestamptz(3) NOT NULL,
  updated_at         timestamptz(3) NOT NULL,
  confirmed_at       timestamptz(3),
  released_at        timestamptz(3),
  expired_at         timestamptz(3),
  cancelled_at       timestamptz(3),
  fulfilled_at       timestamptz(3),
  CONSTRAINT reservations_hold_has_an_end CHECK (status <> 'held' OR expires_at IS NOT NULL)
);

CREATE INDEX reservations_due ON reservations (expires_at) WHERE status = 'held';
CREATE INDEX reservations_confirmed ON reservations (id) WHERE status = 'confirmed';
CREATE INDEX reservations_order ON reservations (order_id, id) WHERE order_id IS NOT NULL;
CREATE INDEX reservations_cart ON reservations (cart_id, id) WHERE cart_id IS NOT NULL;

-- `location` is the pin, null for a line that may be sourced anywhere. `line_no` is the order of first mention.
CREATE TABLE reservation_lines (
  reservation_id      uuid NOT NULL,
  line_no             smallint NOT NULL,
  sku                 text NOT NULL,
  location            text,
  quantity            integer NOT NULL CHECK (quantity > 0),
  confirmed_quantity  integer NOT NULL DEFAULT 0,
  fulfilled_quantity  integer NOT NULL DEFAULT 0,
  cancelled_quantity  integer NOT NULL DEFAULT 0,
  PRIMARY KEY (reservation_id, line_no),
  CHECK (confirmed_quantity BETWEEN 0 AND quantity),
  CHECK (fulfilled_quantity >= 0 AND cancelled_quantity >= 0),
  CHECK (fulfilled_quantity + cancelled_quantity <= confirmed_quantity)
);

-- Which location gives how much of a line; `position` is the order in which they were sourced.
CREATE TABLE line_allocations (
  reservation_id      uuid NOT NULL,
  line_no             smallint NOT NULL,
  position            smallint NOT NULL,
  location            text NOT NULL,
  quantity            integer NOT NULL CHECK (quantity > 0),
  fulfilled_quantity  integer NOT NULL DEFAULT 0,
  PRIMARY KEY (reservation_id, line_no, position),
  CHECK (fulfilled_quantity BETWEEN 0 AND quantity)
);

-- The ledger proper: one row for each change of a level's counters, with the balances after it.
CREATE TABLE stock_movements (
  id               uuid PRIMARY KEY,
  at               timestamptz(3) NOT NULL,
  sku              text NOT NULL,
  location         text NOT NULL,
  level_seq        bigint NOT NULL,
  kind             text NOT NULL
    CHECK (kind IN ('reserve', 'confirm', 'release', 'expire', 'cancel', 'fulfill', 'set', 'adjust')),
  on_hand_delta    integer NOT NULL,
  reserved_delta   integer NOT NULL,
  allocated_delta  integer NOT NULL,
  on_hand          integer NOT NULL,
  reserved         integer NOT NULL,
  allocated        integer NOT NULL,
  reservation_id   uuid,
  reason           text,
  caller           text NOT NULL,
  CONSTRAINT stock_movements_in_order UNIQUE (sku, location, level_seq)
);

CREATE INDEX stock_movements_reservation ON stock_movements (reservation_id) WHERE reservation_id IS NOT NULL;

-- One row for each transition: history, outbox and feed in one. `data` is the reservation as the contract shows it.
CREATE TABLE events (
  id                   uuid PRIMARY KEY,
  type                 text NOT NULL,
  subject              text NOT NULL,
  time                 timestamptz(3) NOT NULL,
  reservation_id       uuid,
  reservation_version  integer,
  data                 json NOT NULL
);

CREATE INDEX events_reservation ON events (reservation_id) WHERE reservation_id IS NOT NULL;

CREATE FUNCTION refuse_change_of_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_TABLE_NAME = 'events' AND TG_OP = 'DELETE' AND current_setting('holdfast.retention', true) = 'on' THEN
    RETURN NULL; -- the retention job may forget old events
  END IF;
  RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP
    USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER stock_movements_append_only
  BEFORE UPDATE OR DELETE OR TRUNCATE ON stock_movements
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_history();

CREATE TRIGGER events_append_only
  BEFORE UPDATE OR DELETE OR TRUNCATE ON events
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_history();

-- What a keyed call was answered, written in the transaction of its effect.
CREATE TABLE idempotency_keys (
  caller       text NOT NULL,
  path         text NOT NULL,
  key          text NOT NULL,
  fingerprint  text NOT NULL,
  outcome      json NOT NULL,
  created_at   timestamptz(3) NOT NULL,
  PRIMARY KEY (caller, path, key)
);

-- What the Warehouse Gateway must be told. `id` is the gateway's idempotency key for all tries;
-- `ordinal` counts the syncs of one reservation, which are told in that order.
CREATE TABLE warehouse_syncs (
  id               uuid PRIMARY KEY,
  reservation_id   uuid NOT NULL,
  ordinal          integer NOT NULL,
  action           text NOT NULL CHECK (action IN ('confirm', 'release', 'expire', 'cancel')),
  state            text NOT NULL DEFAULT 'pending'
    CHECK (state IN ('pending', 'in_flight', 'succeeded', 'failed', 'superseded')),
  order_id         text,
  lines            json NOT NULL,
  occurred_at      timestamptz(3) NOT NULL,
  attempts         integer NOT NULL DEFAULT 0,
  last_status      integer,
  last_error       text,
  next_attempt_at  timestamptz(3),
  claimed_until    timestamptz(3),
  created_at       timestamptz(3) NOT NULL,
  finished_at      timestamptz(3),
  CONSTRAINT warehouse_syncs_in_order UNIQUE (reservation_id, ordinal),
  CONSTRAINT warehouse_syncs_claim CHECK (state <> 'in_flight' OR claimed_until IS NOT NULL)
);

CREATE INDEX warehouse_syncs_pending ON warehouse_syncs (next_attempt_at) WHERE state = 'pending';
CREATE INDEX warehouse_syncs_in_flight ON warehouse_syncs (claimed_until) WHERE state = 'in_flight';

CREATE TABLE warehouse_sync_attempts (
  sync_id          uuid NOT NULL REFERENCES warehouse_syncs,
  number           integer NOT NULL,
  started_at       timestamptz(3) NOT NULL,
  finished_at      timestamptz(3),
  status           integer,
  error            text,
  next_attempt_at  timestamptz(3),
  PRIMARY KEY (sync_id, number)
);

CREATE TABLE reconciliation_runs (
  id               uuid PRIMARY KEY,
  trigger          text NOT NULL CHECK (trigger IN ('manual', 'schedule', 'startup')),
  dry_run          boolean NOT NULL,
  "limit"          integer NOT NULL CHECK ("limit" BETWEEN 1 AND 10000),
  status           text NOT NULL CHECK (status IN ('queued', 'running', 'succeeded', 'failed')),
  job_id           text,
  scanned          integer NOT NULL DEFAULT 0,
  expired          integer NOT NULL DEFAULT 0,
  requeued_syncs   integer NOT NULL DEFAULT 0,
  issues           json NOT NULL DEFAULT '[]',
  reservation_ids  json NOT NULL DEFAULT '[]',
  error            text,
  created_at       timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  started_at       timestamptz(3),
  finished_at      timestamptz(3)
);

CREATE INDEX reconciliation_runs_open ON reconciliation_runs (created_at) WHERE status IN ('queued', 'running');

-- Runs with the same wishes wait once: a second request joins the one that waits.
CREATE UNIQUE INDEX reconciliation_runs_waiting ON reconciliation_runs (dry_run, "limit") WHERE status = 'queued';
