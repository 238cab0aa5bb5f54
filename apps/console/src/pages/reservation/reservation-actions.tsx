import { useQuery } from '@tanstack/react-query';
import { ActionButton } from '../../actions/action-button.tsx';
import { locationsQuery } from '../../api/stock-queries.ts';
import type { Reservation } from '../../api/types.ts';
import { useCan } from '../../session/caller.tsx';
import { allocationsOf } from './allocations.ts';
import { changeLinesAction, reallocateAction } from './line-verbs.ts';
import {
  cancelAction,
  confirmAction,
  extendAction,
  releaseAction,
  returnAction,
  withdrawAction,
} from './verbs.ts';

/** The verbs that the reservation's state allows (the table of verbs in docs/contract.md). */
export function ReservationActions({ reservation }: { readonly reservation: Reservation }) {
  const { status } = reservation;
  const allocations = allocationsOf(reservation);
  const isAlive = status === 'held' || status === 'confirmed';
  const hasOpen = allocations.some(({ open }) => open > 0);
  const hasLeft = allocations.some(({ out }) => out > 0);
  return (
    <>
      {(status === 'held' || status === 'expired') && (
        <ActionButton action={confirmAction(reservation)} variant="filled" />
      )}
      {status === 'held' && <ActionButton action={extendAction(reservation)} />}
      {(status === 'held' || status === 'waiting') && <ActionButton action={releaseAction(reservation)} />}
      {status === 'confirmed' && hasOpen && <ActionButton action={cancelAction(reservation)} />}
      {(status === 'confirmed' || status === 'fulfilled') && hasLeft && (
        <ActionButton action={returnAction(reservation)} />
      )}
      {isAlive && hasOpen && <ReallocateButton reservation={reservation} />}
      {(isAlive || status === 'waiting') && <ActionButton action={changeLinesAction(reservation)} />}
      {status !== 'withdrawn' && status !== 'fulfilled' && !hasLeft && (
        <ActionButton action={withdrawAction(reservation)} />
      )}
    </>
  );
}

/** A key that may not read the locations can still let the rules choose one. */
function ReallocateButton({ reservation }: { readonly reservation: Reservation }) {
  const can = useCan();
  const { data = [] } = useQuery({ ...locationsQuery(), enabled: can('stock:read') });
  return <ActionButton action={reallocateAction(reservation, data)} />;
}
