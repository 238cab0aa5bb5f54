import { sql, type Sql, isoTime } from '@holdfast/db';

/** A row of `stock_movements` as the contract shows it. */
export const movementAsJson: Sql = sql`json_build_object(
  'id', id,
  'at', ${isoTime(sql`at`)},
  'sku', sku,
  'location', location,
  'level_seq', level_seq,
  'kind', kind,
  'on_hand_delta', on_hand_delta,
  'reserved_delta', reserved_delta,
  'allocated_delta', allocated_delta,
  'on_hand', on_hand,
  'reserved', reserved,
  'allocated', allocated,
  'reservation_id', reservation_id,
  'reason', reason,
  'caller', caller
)`;
