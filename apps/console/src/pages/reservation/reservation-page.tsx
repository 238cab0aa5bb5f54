import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { reservationQuery } from '../../api/reservation-queries.ts';
import type { ReservationWithPosition } from '../../api/types.ts';
import { Facts, type Figure } from '../../parts/figures.tsx';
import { count, plural, shortId } from '../../parts/format.ts';
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
    <Section
      title="Timeline"
      hint="What happened, oldest first: changes of stock, events, and calls to the warehouse"
    >
      <Timeline id={reservation.id} />
    </Section>
  </>
);

function factsOf(reservation: ReservationWithPosition): Figure[] {
  const { warehouse_sync: sync, metadata } = reservation;
  return [
    ...timesOf(reservation),
    { label: 'Order', value: <OrderLink name={reservation.order_id} /> },
    { label: 'Customer', value: <CustomerLink name={reservation.customer_id} /> },
    ...known('Cart', reservation.cart_id, (cart) => <CartLink name={cart} />),
    ...known('Store', reservation.store_id),
    ...known('Source', reservation.source),
    ...known('Payment', reservation.payment_reference),
    ...known('Reason of its end', reservation.release_reason),
    { label: 'Warehouse', value: sync === null ? 'not notified' : <StateBadge state={sync.state} /> },
    { label: 'Id', value: <span className="mono">{reservation.id}</span> },
    ...Object.entries(metadata).map(([label, value]) => ({ label, value })),
  ];
}

/** Nothing, where nothing is known. */
const known = (
  label: string,
  value: string | null,
  show: (value: string) => ReactNode = (text) => text,
): Figure[] => (value === null ? [] : [{ label, value: show(value) }]);

/** How long it is alive; the end of a hold says nothing any more once it is confirmed. */
function timesOf(reservation: ReservationWithPosition): Figure[] {
  const { status, expires_at, waiting_until, position, extensions } = reservation;
  return [
    ...(status === 'held' ? known('Hold', expires_at, (at) => <TimeLeft at={at} />) : []),
    ...(status === 'held' ? known('Ends', expires_at, (at) => <ExactTime at={at} />) : []),
    ...(status === 'waiting' ? known('Waits', waiting_until, (at) => <TimeLeft at={at} />) : []),
    ...(position === undefined ? [] : [{ label: 'Position in line', value: count(position) }]),
    ...(status === 'expired' ? known('Ended', reservation.expired_at, (at) => <ExactTime at={at} />) : []),
    { label: 'Created', value: <TimeAgo at={reservation.created_at} /> },
    { label: 'Changed', value: <TimeAgo at={reservation.updated_at} /> },
    ...(extensions > 0 ? [{ label: 'Extended', value: plural(extensions, 'time') }] : []),
  ];
}
