import type { ListedSync } from '../../api/warehouse-queries.ts';
import { count } from '../../parts/format.ts';
import { OrderLink, ReservationLink } from '../../parts/links.tsx';
import { syncPath } from '../../parts/paths.ts';
import type { Column } from '../../parts/record-table.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { TimeAgo } from '../../parts/times.tsx';
import { Link } from '../../router.tsx';

export const SYNC_COLUMNS: readonly Column<ListedSync>[] = [
  {
    title: 'Since',
    show: ({ id, created_at }) => (
      <Link to={syncPath(id)} className="link">
        <TimeAgo at={created_at} />
      </Link>
    ),
  },
  { title: 'Order', show: ({ order_id }) => <OrderLink name={order_id} /> },
  { title: 'Reservation', show: ({ reservation_id }) => <ReservationLink id={reservation_id} /> },
  { title: 'Action', show: ({ action }) => action },
  { title: 'State', show: ({ state }) => <StateBadge state={state} /> },
  { title: 'Reason', show: reasonOf },
  { title: 'Attempts', show: ({ attempts }) => count(attempts), isNumber: true },
  { title: 'Next', show: ({ next_attempt_at }) => <NextAttempt at={next_attempt_at} /> },
];

function reasonOf({ last_error, last_status }: ListedSync): string {
  return last_error ?? (last_status === null ? '–' : `answered ${last_status}`);
}

const NextAttempt = ({ at }: { readonly at: string | null }) =>
  at === null ? '–' : Date.parse(at) < Date.now() ? 'due' : new Date(at).toLocaleTimeString('en-GB');
