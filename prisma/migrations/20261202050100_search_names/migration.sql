-- The indexes of the migration before take the place of those without a prefix. Reads and writes wait for an instant only.

DROP INDEX reservations_order, reservations_cart, reservations_customer;
ALTER INDEX reservations_order_prefix RENAME TO reservations_order;
ALTER INDEX reservations_cart_prefix RENAME TO reservations_cart;
ALTER INDEX reservations_customer_prefix RENAME TO reservations_customer;
