/** The shop of the bench, as it was put up before its first reservation. */
export const stockTheShop: readonly string[] = [
  `
  WITH named AS (
    SELECT $1::text[] AS skus, $2::text AS location, $3::text AS sold_out, $4::integer AS on_hand,
           clock_timestamp() - ($5::integer + 1) * interval '1 day' AS at
  ),
  the_location AS (
    INSERT INTO locations (location, created_at, updated_at)
    SELECT location, at, at
    FROM named
  )
  INSERT INTO skus (sku, created_at, updated_at)
  SELECT unnest(skus), at, at
  FROM named`,
  `
  WITH named AS (
    SELECT unnest($1::text[]) AS sku, $2::text AS location, $3::text AS sold_out, $4::integer AS full_shelf,
           clock_timestamp() - ($5::integer + 1) * interval '1 day' AS at
  ),
  stock AS (
    SELECT *, CASE sku WHEN sold_out THEN 0 ELSE full_shelf END AS on_hand
    FROM named
  ),
  levels AS (
    INSERT INTO stock_levels (sku, location, on_hand, version, level_seq, updated_at)
    SELECT sku, location, on_hand, 1, 1, at
    FROM stock
  )
  INSERT INTO stock_movements (
    id, at, sku, location, level_seq, kind, on_hand_delta, reserved_delta, allocated_delta,
    on_hand, reserved, allocated, caller
  )
  SELECT uuidv7(at - clock_timestamp()), at, sku, location, 1, 'set', on_hand, 0, 0, on_hand, 0, 0, 'bench'
  FROM stock`,
];
