import { useQuery } from '@tanstack/react-query';
import { reservationQuery } from '../../api/reservation-queries.ts';
import type { ReservationWithPosition } from '../../api/types.ts';
import { Facts } from '../../parts/figures.tsx';
import { count, shortId } from '../../parts/format.ts';
import { CartLink, CustomerLink, OrderLink } from '../../parts/links.tsx';
import { Page, Section } from '../../parts/page.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { Failure, Loading } from '../../parts/states.tsx';
import { ExactTime, TimeAgo, TimeLeft } from '../../parts/times.tsx';
import type { PageProps } from '../../shell/routes.ts';
import { LifePicture } from './life-picture.tsx';
import { ReservationActions } from './reservation-actions.tsx';
import { ReservationLines } from './reservation-lines.tsx';
import { Timeline } from './timeline.tsx';

export default function ReservationPage({ params: { id = '' } }: PageProps) {
  const { data, error, refetch } = useQuery(reservationQuery(id));
  return (
    <Page
      kind="Reservation"
      title={data ? titleOf(data) : shortId(id)}
      badges={data && <StateBadge state={data.status} />}
      actions={data && <ReservationActions reservation={data} />}
    >
      {error && <Failure error={error} retry={() => void refetch()} />}
      {!data && !error && <Loading />}
      {data && <Sections reservation={data} />}
    </Page>
  );
}

const titleOf = ({ id, order_id }: ReservationWithPosition) =>
  order_id === null ? shortId(id) : `${shortId(id)} for ${order_id}`;

const Sections = ({ reservation }: { readonly reservation: ReservationWithPosition }) => (
  <>
    <div className="columns">
      <Section title="Where it is in its life">
        <LifePicture reservation={reservation} />
      </Section>
      <Section title="About it">
        <Facts facts={factsOf(reservation)} />
      </Section>
    </div>
    <Section title="Lines">
      <ReservationLines reservation={reservation} />
    </Section>
    <Section title="Timeline" hint="What happened, oldest first: changes of stock, events, and calls to the warehouse">
      <Timeline id={reservation.id} />
    </Section>
  </>
);

function factsOf(reservation: ReservationWithPosition) {
  const { status, expires_at, waiting_until, position, metadata } = reservation;
  const end = status === 'waiting' ? waiting_until : expires_at;
  const isCounting = status === 'held' || status === 'waiting';
  return [
    ...(isCounting && end !== null ? [{ label: status === 'held' ? 'Hold' : 'Waits', value: <TimeLeft at={end} /> }] : []),
    ...(position === undefined ? [] : [{ label: 'Position in line', value: count(position) }]),
    { label: 'Order', value: <OrderLink name={reservation.order_id} /> },
    { label: 'Customer', value: <CustomerLink name={reservation.customer_id} /> },
    { label: 'Cart', value: <CartLink name={reservation.cart_id} /> },
    { label: 'Store', value: reservation.store_id },
    { label: 'Source', value: reservation.source },
    { label: 'Payment', value: reservation.payment_reference },
    { label: 'Created', value: <TimeAgo at={reservation.created_at} /> },
    { label: 'Changed', value: <TimeAgo at={reservation.updated_at} /> },
    ...(end === null ? [] : [{ label: isCounting ? 'Ends' : 'Ended', value: <ExactTime at={end} /> }]),
    ...(reservation.release_reason === null ? [] : [{ label: 'Reason of its end', value: reservation.release_reason }]),
    {
      label: 'Warehouse',
      value: reservation.warehouse_sync === null ? 'not notified' : <StateBadge state={reservation.warehouse_sync.state} />,
    },
    { label: 'Extended', value: `${count(reservation.extensions)} times` },
    { label: 'Id', value: <span className="mono">{reservation.id}</span> },
    ...Object.entries(metadata).map(([name, value]) => ({ label: name, value })),
  ];
}
