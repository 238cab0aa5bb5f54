import type { Reservation } from '../../api/types.ts';
import { count } from '../../parts/format.ts';
import { CustomerLink, OrderLink, ReservationLink } from '../../parts/links.tsx';
import type { Column } from '../../parts/record-table.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { TimeAgo, TimeLeft } from '../../parts/times.tsx';

const LINES_SHOWN = 3;

/** `2 TSHIRT-M, 1 MUG` and how many lines more. */
export function linesInWords({ lines }: Reservation): string {
  const shown = lines.slice(0, LINES_SHOWN).map(({ sku, quantity }) => `${count(quantity)} ${sku}`);
  const more = lines.length - shown.length;
  return [...shown, ...(more > 0 ? [`${more} more`] : [])].join(', ') || '–';
}

export const RESERVATION_COLUMNS: readonly Column<Reservation>[] = [
  { title: 'Reservation', show: ({ id }) => <ReservationLink id={id} /> },
  { title: 'State', show: ({ status }) => <StateBadge state={status} /> },
  { title: 'Units', show: linesInWords },
  { title: 'Order', show: ({ order_id }) => <OrderLink name={order_id} /> },
  { title: 'Customer', show: ({ customer_id }) => <CustomerLink name={customer_id} /> },
  { title: 'Created', show: ({ created_at }) => <TimeAgo at={created_at} /> },
  {
    title: 'Ends',
    show: ({ status, expires_at }) =>
      status === 'held' && expires_at !== null ? <TimeLeft at={expires_at} /> : '–',
  },
];
