-- Transfers, levels and names that can be deleted, imports that can be tried, compared and reverted.

ALTER TABLE stock_movements ADD COLUMN import_id uuid;

-- Not validated: that would read all movements, and the older ones kept a narrower rule.
ALTER TABLE stock_movements DROP CONSTRAINT stock_movements_kind_check;
ALTER TABLE stock_movements ADD CONSTRAINT stock_movements_kind_check
  CHECK (kind IN (
    'reserve', 'confirm', 'release', 'expire', 'cancel', 'fulfill', 'return', 'reallocate', 'set', 'adjust', 'transfer',
    'drift', 'repair'
  ))
  NOT VALID;

-- Movements of kinds that are rare among the others (packages/stock/src/movement-list-store.ts).
CREATE INDEX stock_movements_kind ON stock_movements (kind, id)
  WHERE kind NOT IN ('reserve', 'confirm', 'release', 'expire', 'fulfill');
CREATE INDEX stock_movements_sku_kind ON stock_movements (sku, kind, id)
  WHERE kind NOT IN ('reserve', 'confirm', 'release', 'expire', 'fulfill');

-- Levels that were deleted with their SKU or location: should they come back, they go on with their version and number their
-- movements from here. A level that was deleted alone keeps its row, with a negative version.
CREATE TABLE former_stock_levels (
  sku        text NOT NULL,
  location   text NOT NULL,
  version    bigint NOT NULL,
  level_seq  bigint NOT NULL,
  PRIMARY KEY (sku, location)
);

ALTER TABLE stock_imports
  ADD COLUMN "create"           text NOT NULL DEFAULT 'all' CHECK ("create" IN ('all', 'skus', 'none')),
  ADD COLUMN dry_run            boolean NOT NULL DEFAULT false,
  ADD COLUMN absent             text NOT NULL DEFAULT 'keep' CHECK (absent IN ('keep', 'zero')),
  -- How many chunks are of the file; the others set levels that it does not name to 0. Null until these are staged.
  ADD COLUMN file_chunks        integer,
  ADD COLUMN unchanged          integer NOT NULL DEFAULT 0,
  ADD COLUMN duplicates         integer NOT NULL DEFAULT 0,
  ADD COLUMN zeroed             integer NOT NULL DEFAULT 0,
  ADD COLUMN created_skus       integer NOT NULL DEFAULT 0,
  ADD COLUMN created_locations  integer NOT NULL DEFAULT 0,
  -- Of a dry run that has ended.
  ADD COLUMN differences        json,
  ADD COLUMN reverts            uuid,
  ADD COLUMN reverted_by        uuid,
  -- A revert comes from no file.
  ALTER COLUMN content_type DROP NOT NULL;

-- Values other than units that the chunks of an import changed: what a revert restores.
CREATE TABLE stock_import_settings (
  import_id  uuid NOT NULL,
  chunk      integer NOT NULL,
  -- `level`: settings of levels; `sku`: names of SKUs.
  kind       text NOT NULL CHECK (kind IN ('level', 'sku')),
  changes    jsonb NOT NULL,
  PRIMARY KEY (import_id, chunk, kind)
);
