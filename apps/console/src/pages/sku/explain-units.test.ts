import type { StockMovement } from '../../api/types.ts';
import { explainUnits } from './explain-units.ts';

const movement = (part: Partial<StockMovement>): StockMovement => ({
  id: 'id',
  at: '2026-11-20T10:00:00.000Z',
  sku: 'MUG',
  location: 'EAST',
  level_seq: 1,
  kind: 'reserve',
  on_hand_delta: 0,
  reserved_delta: 0,
  allocated_delta: 0,
  backorder_limit_delta: 0,
  on_hand: 0,
  reserved: 0,
  allocated: 0,
  reservation_id: null,
  order_id: null,
  import_id: null,
  reason: null,
  caller: 'anonymous',
  ...part,
});

const start = { on_hand: 10, reserved: 1, allocated: 0 };
const movements = [
  movement({ kind: 'fulfill', on_hand_delta: -2, allocated_delta: -2 }),
  movement({ kind: 'adjust', on_hand_delta: -3, reason: 'broken' }),
  movement({ kind: 'adjust', on_hand_delta: -1, reason: 'broken' }),
  movement({ kind: 'adjust', on_hand_delta: 5, reason: 'receipt' }),
  movement({ kind: 'confirm', reserved_delta: -3, allocated_delta: 3 }),
  movement({ kind: 'reserve', reserved_delta: 2 }),
];

test('every unit stands in one row, and the rows add up from the start to the end', () => {
  const end = { on_hand: 9, reserved: 0, allocated: 1 };
  const { rows, unexplained } = explainUnits(movements, { start, end });
  expect(
    rows.map(({ label, on_hand, reserved, allocated }) => [label, on_hand, reserved, allocated]),
  ).toEqual([
    ['Shipped', -2, 0, -2],
    ['Adjusted: receipt', 5, 0, 0],
    ['Adjusted: broken', -4, 0, 0],
    ['Held', 0, 2, 0],
    ['Confirmed: from reserved to allocated', 0, -3, 3],
  ]);
  expect(unexplained).toEqual({ on_hand: 0, reserved: 0, allocated: 0 });
});

test('what no movement explains is said', () => {
  const end = { on_hand: 7, reserved: 0, allocated: 1 };
  expect(explainUnits(movements, { start, end }).unexplained).toEqual({
    on_hand: -2,
    reserved: 0,
    allocated: 0,
  });
});
