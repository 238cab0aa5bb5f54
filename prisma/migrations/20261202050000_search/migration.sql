-- The search finds what begins with a text, whatever the collation of the database is: byte by byte. Equality uses these too.

DROP INDEX reservations_order;
CREATE INDEX reservations_order ON reservations (order_id text_pattern_ops, id) WHERE order_id IS NOT NULL;
DROP INDEX reservations_cart;
CREATE INDEX reservations_cart ON reservations (cart_id text_pattern_ops, id) WHERE cart_id IS NOT NULL;
DROP INDEX reservations_customer;
CREATE INDEX reservations_customer ON reservations (customer_id text_pattern_ops, id) WHERE customer_id IS NOT NULL;

CREATE INDEX skus_prefix ON skus (sku text_pattern_ops);
