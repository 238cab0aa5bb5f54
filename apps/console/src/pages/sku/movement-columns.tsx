import type { StockMovement } from '../../api/types.ts';
import { change } from '../../parts/format.ts';
import { OrderLink, ReservationLink } from '../../parts/links.tsx';
import type { Column } from '../../parts/record-table.tsx';
import { ExactTime } from '../../parts/times.tsx';

const delta = (title: string, of: (movement: StockMovement) => number): Column<StockMovement> => ({
  title,
  show: (movement) => (of(movement) === 0 ? '' : change(of(movement))),
  isNumber: true,
});

export const CALLER: Column<StockMovement> = { title: 'By', show: ({ caller }) => caller };
export const REASON: Column<StockMovement> = { title: 'Reason', show: ({ reason }) => reason ?? '' };

export const MOVEMENT_COLUMNS: readonly Column<StockMovement>[] = [
  { title: 'Time', show: ({ at }) => <ExactTime at={at} /> },
  { title: 'Kind', show: ({ kind }) => kind },
  { title: 'Location', show: ({ location }) => location },
  delta('On hand', (movement) => movement.on_hand_delta),
  delta('Reserved', (movement) => movement.reserved_delta),
  delta('Allocated', (movement) => movement.allocated_delta),
  {
    title: 'For',
    show: ({ reservation_id, order_id }) =>
      order_id === null ? <ReservationLink id={reservation_id} /> : <OrderLink name={order_id} />,
  },
  CALLER,
  REASON,
];
