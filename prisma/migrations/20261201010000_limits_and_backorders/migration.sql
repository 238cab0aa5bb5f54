-- Limits of customers, paused SKUs, and promises that go past what is on hand. Nothing changes for a SKU or level that has
-- none of them. Set them when no process of the release before runs any more: it does not know of them.

ALTER TABLE skus
  ADD COLUMN active                 boolean NOT NULL DEFAULT true,
  ADD COLUMN max_per_customer       integer CHECK (max_per_customer >= 1),
  ADD COLUMN customer_limit_since   timestamptz(3),
  -- When a limit, or its `since`, was first given. From then on the units of customers are counted, also while there is no
  -- limit.
  ADD COLUMN customer_limit_set_at  timestamptz(3);

-- How many units of a SKU a customer has, of reservations created since `since`, which is the SKU's at the time of counting:
-- with another one, or without a row, it is counted anew from the reservations. So a row may be deleted at any time.
CREATE TABLE customer_counters (
  customer_id  text NOT NULL,
  sku          text NOT NULL,
  since        timestamptz(3) NOT NULL,
  taken        bigint NOT NULL,
  PRIMARY KEY (customer_id, sku)
) WITH (fillfactor = 80);

-- A level may promise so many units more than it has. What goes past that is missing: its shortfall.
ALTER TABLE stock_levels
  ADD COLUMN backorder_limit integer NOT NULL DEFAULT 0 CHECK (backorder_limit BETWEEN 0 AND 1000000000),
  DROP CONSTRAINT stock_levels_shortfall_is_what_is_missing;
ALTER TABLE stock_levels
  ADD CONSTRAINT stock_levels_shortfall_is_what_is_missing
    CHECK (shortfall = GREATEST(0, reserved + allocated - on_hand - backorder_limit)) NOT VALID;
ALTER TABLE stock_levels VALIDATE CONSTRAINT stock_levels_shortfall_is_what_is_missing;

-- Only a correction may raise the shortfall: by no more than on_hand and the limit fell together.
DROP TRIGGER stock_levels_never_oversold ON stock_levels;
CREATE TRIGGER stock_levels_never_oversold
  BEFORE UPDATE ON stock_levels
  FOR EACH ROW
  WHEN (
    NEW.shortfall - OLD.shortfall
      > GREATEST(0, OLD.on_hand + OLD.backorder_limit - NEW.on_hand - NEW.backorder_limit)
    AND current_setting('holdfast.repair', true) IS DISTINCT FROM 'on'
  )
  EXECUTE FUNCTION refuse_oversell();

CREATE OR REPLACE FUNCTION refuse_oversell() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'oversold: % at % would promise % units more than are on hand and may be backordered',
    NEW.sku, NEW.location, NEW.shortfall
    USING ERRCODE = 'check_violation', CONSTRAINT = 'stock_levels_never_oversold';
END $$;

-- What changed the limit of the level. Null: nothing did.
ALTER TABLE stock_movements ADD COLUMN backorder_limit_delta integer;

ALTER TABLE inventory_snapshot_levels ADD COLUMN backorder_limit integer NOT NULL DEFAULT 0;
