-- The search finds what begins with a text, whatever the collation of the database is: byte by byte. Equality uses these too.
-- Writes of reservations wait while they are built; reads do not.

CREATE INDEX reservations_order_prefix ON reservations (order_id text_pattern_ops, id) WHERE order_id IS NOT NULL;
CREATE INDEX reservations_cart_prefix ON reservations (cart_id text_pattern_ops, id) WHERE cart_id IS NOT NULL;
CREATE INDEX reservations_customer_prefix ON reservations (customer_id text_pattern_ops, id) WHERE customer_id IS NOT NULL;
CREATE INDEX skus_prefix ON skus (sku text_pattern_ops);
