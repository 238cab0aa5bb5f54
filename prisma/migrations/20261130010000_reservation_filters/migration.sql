-- What the list of reservations is filtered by (packages/reservations/src/reservation-pages-store.ts). Customers, stores and
-- sources cost a create nothing where it names none.

CREATE INDEX reservations_customer ON reservations (customer_id, id) WHERE customer_id IS NOT NULL;
CREATE INDEX reservations_store ON reservations (store_id, status, id) WHERE store_id IS NOT NULL;
CREATE INDEX reservations_source ON reservations (source, status, id) WHERE source IS NOT NULL;
CREATE INDEX reservations_withdrawn ON reservations (id) WHERE status = 'withdrawn';

-- A list by time reads ids from about that time, as the time in an id is that of its creation. Here are those of which it is
-- not, by more than a minute: the client made the id before or after, or a clock was wrong. Null: it is.
ALTER TABLE reservations ADD COLUMN id_time_is_off boolean;
UPDATE reservations
SET id_time_is_off = true
WHERE abs(
  extract(epoch FROM created_at)::float8
  - ('x' || left(replace(id::text, '-', ''), 12))::bit(48)::bigint / 1000.0::float8
) > 60;
CREATE INDEX reservations_id_time_is_off ON reservations (id) WHERE id_time_is_off;

-- In the collation of their own that only the list names: the ledger's statements, which are planned without statistics, must
-- not take these for a way to lines and allocations (docs/decisions/0004).
CREATE INDEX reservation_lines_sku ON reservation_lines (sku COLLATE "C", reservation_id);
CREATE INDEX line_allocations_location ON line_allocations (location COLLATE "C", reservation_id);
