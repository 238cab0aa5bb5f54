-- Stock that can be loaded, watched, audited and mended.

-- Whether a SKU was low when its stock last changed, kept by the ledger (docs/decisions/0011); and since when it is to be
-- looked at again, because something else changed what that depends on: its threshold, a location. Who lists low SKUs reads
-- both kinds and judges by what is available now.
ALTER TABLE skus
  ADD COLUMN is_low boolean NOT NULL DEFAULT false,
  ADD COLUMN review_asked_at timestamptz(3);

CREATE INDEX skus_low ON skus (sku) WHERE is_low OR review_asked_at IS NOT NULL;

-- Levels that have promised more than they have. Nearly always empty, and no update of a counter touches it.
CREATE INDEX stock_levels_short ON stock_levels (sku, location) WHERE shortfall > 0;

-- The audit reads movements newest first (ids are UUIDv7): all of a SKU, all of a location. One level has its unique key.
CREATE INDEX stock_movements_sku ON stock_movements (sku, id);
CREATE INDEX stock_movements_location ON stock_movements (location, id);

-- Two kinds more: `drift` records what was changed behind the ledger's back, `repair` mends it.
ALTER TABLE stock_movements DROP CONSTRAINT stock_movements_kind_check;
ALTER TABLE stock_movements ADD CONSTRAINT stock_movements_kind_check
  CHECK (kind IN ('reserve', 'confirm', 'release', 'expire', 'cancel', 'fulfill', 'set', 'adjust', 'drift', 'repair'))
  NOT VALID;
ALTER TABLE stock_movements VALIDATE CONSTRAINT stock_movements_kind_check;

-- A repair may find that more was promised than there is. It says so for its own transaction, which nothing else shares.
DROP TRIGGER stock_levels_never_oversold ON stock_levels;
CREATE TRIGGER stock_levels_never_oversold
  BEFORE UPDATE ON stock_levels
  FOR EACH ROW
  WHEN (
    NEW.shortfall - OLD.shortfall > GREATEST(0, OLD.on_hand - NEW.on_hand)
    AND current_setting('holdfast.repair', true) IS DISTINCT FROM 'on'
  )
  EXECUTE FUNCTION refuse_oversell();

-- A file of stock, staged in chunks and worked off by a worker. The transaction that applies a chunk counts it here and
-- deletes it, so no chunk can be applied twice, and the last one ends the import.
CREATE TABLE stock_imports (
  id              uuid PRIMARY KEY,
  caller          text NOT NULL,
  content_type    text NOT NULL,
  state           text NOT NULL CHECK (state IN ('queued', 'running', 'succeeded', 'failed')),
  chunks          integer NOT NULL,
  chunks_applied  integer NOT NULL DEFAULT 0 CHECK (chunks_applied BETWEEN 0 AND chunks),
  rows            integer NOT NULL,
  applied         integer NOT NULL DEFAULT 0,
  rejected        integer NOT NULL DEFAULT 0,
  error           text,
  created_at      timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  started_at      timestamptz(3),
  finished_at     timestamptz(3)
);

CREATE INDEX stock_imports_open ON stock_imports (id) WHERE state IN ('queued', 'running');

-- Chunks are there before their import is: a file that breaks off leaves only chunks, which the retention job takes away.
CREATE TABLE stock_import_chunks (
  import_id  uuid NOT NULL,
  number     integer NOT NULL,
  rows       json NOT NULL,
  staged_at  timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (import_id, number)
);

-- Rows that were refused; the first thousand of each import.
CREATE TABLE stock_import_errors (
  import_id  uuid NOT NULL,
  row_no     integer NOT NULL,
  message    text NOT NULL,
  PRIMARY KEY (import_id, row_no)
);

CREATE TABLE inventory_snapshots (
  id                  uuid PRIMARY KEY,
  taken_at            timestamptz(3) NOT NULL,
  caller              text NOT NULL,
  total_stock_levels  integer NOT NULL,
  on_hand             bigint NOT NULL,
  reserved            bigint NOT NULL,
  allocated           bigint NOT NULL,
  shortfall           bigint NOT NULL
);

CREATE TABLE inventory_snapshot_levels (
  snapshot_id   uuid NOT NULL,
  sku           text NOT NULL,
  location      text NOT NULL,
  on_hand       integer NOT NULL,
  reserved      integer NOT NULL,
  allocated     integer NOT NULL,
  safety_stock  integer NOT NULL,
  shortfall     integer NOT NULL,
  version       bigint NOT NULL,
  PRIMARY KEY (snapshot_id, sku, location)
);

-- What the retention job looks for. Events are found by their ids, which begin with their time.
CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);
