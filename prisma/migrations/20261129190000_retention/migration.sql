-- What the retention job reads orders by: the time of creation never changes, so writes of an order cost nothing more. The
-- other tables that it deletes from are read by ids, which begin with their time, or by an index that they have.
CREATE INDEX orders_age ON orders (created_at);
