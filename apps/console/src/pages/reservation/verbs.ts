import { type Action, type Change, type Values } from '../../actions/action.ts';
import { holdfast } from '../../api/client.ts';
import type { Reservation } from '../../api/types.ts';
import { serverNow } from '../../parts/clock.ts';
import { fullTime } from '../../parts/format.ts';
import { allocationsOf, allUnits, isAll, nameOf, partsOf, quantityLines } from './allocations.ts';

const touches = ({ id }: Reservation) => [['reservation', id], ['reservations'], ['order'], ['availability']];

const ofReservation = (reservation: Reservation) => ({
  scope: 'reservations:write' as const,
  touches: touches(reservation),
});

const statusChange = (reservation: Reservation, to: Reservation['status']): Change => ({
  label: 'State',
  from: reservation.status,
  to,
});

export function confirmAction(reservation: Reservation): Action<{ payment: string }> {
  const isExpired = reservation.status === 'expired';
  return {
    ...ofReservation(reservation),
    label: isExpired ? 'Reserve again and confirm' : 'Confirm',
    title: isExpired ? 'Reserve the stock again, and confirm' : 'Confirm this hold',
    initial: { payment: '' },
    fields: { payment: { kind: 'text', label: 'Payment reference', isOptional: true } },
    changes: () => [
      statusChange(reservation, 'confirmed'),
      ...reservation.lines.map(({ sku, quantity }) => ({
        label: `${sku}, allocated`,
        from: 0,
        to: quantity,
      })),
    ],
    note: 'The warehouse is notified.',
    keepsReason: true,
    run: ({ payment }, reason, by) =>
      holdfast().reservations.confirm(
        reservation.id,
        {
          reason,
          ...(payment ? { payment_reference: payment } : {}),
          ...(isExpired ? { on_expired: 'reacquire' as const } : {}),
        },
        by,
      ),
    done: 'The reservation is confirmed.',
  };
}

const MINUTES = 15;

const endAfter = (minutes: number) => fullTime(new Date(serverNow() + minutes * 60_000).toISOString());

export function extendAction(reservation: Reservation): Action<{ minutes: number }> {
  return {
    ...ofReservation(reservation),
    label: 'Extend',
    title: 'Give this hold more time',
    initial: { minutes: MINUTES },
    fields: { minutes: { kind: 'number', label: 'Minutes from now', min: 1, max: 10_080 } },
    changes: ({ minutes }) => [
      {
        label: 'Ends',
        ...(reservation.expires_at === null ? {} : { from: fullTime(reservation.expires_at) }),
        to: endAfter(minutes),
      },
    ],
    note: 'A hold that ends later already stays as it is.',
    keepsReason: true,
    run: ({ minutes }, reason, by) =>
      holdfast().reservations.extend(reservation.id, { ttl_seconds: minutes * 60, reason }, by),
    done: 'The hold is extended.',
  };
}

/** Release of a hold, or cancel of a confirmed reservation: all of it, or a part. */
function giveBackAction(
  reservation: Reservation,
  verb: 'release' | 'cancel',
): Action<{ units: Record<string, number> }> {
  const allocations = allocationsOf(reservation);
  const lines = quantityLines(allocations, 'open');
  const isRelease = verb === 'release';
  const counter = isRelease ? 'reserved' : 'allocated';
  const ended = isRelease ? 'released' : allocations.some(({ out }) => out > 0) ? 'fulfilled' : 'cancelled';
  return {
    ...ofReservation(reservation),
    label: isRelease ? 'Release' : 'Cancel units',
    title: isRelease ? 'Release this hold, or a part of it' : 'Cancel what has not shipped, or a part of it',
    isDangerous: true,
    initial: { units: allUnits(lines) },
    fields: lines.length > 0 ? { units: { kind: 'quantities', label: 'Units to give back', lines } } : {},
    changes: ({ units }) => [
      ...(isAll(lines, units) ? [statusChange(reservation, ended)] : []),
      ...partsOf(allocations, units).map((each) => ({
        label: `${nameOf(each)}, ${counter}`,
        from: each.open,
        to: each.open - each.quantity,
      })),
    ],
    keepsReason: true,
    run: ({ units }, reason, by) => {
      const parts = partsOf(allocations, units).map(({ sku, location, quantity }) => ({
        sku,
        location,
        quantity,
      }));
      const body = isAll(lines, units) ? { reason } : { reason, lines: parts };
      const { reservations } = holdfast();
      return isRelease
        ? reservations.release(reservation.id, body, by)
        : reservations.cancel(reservation.id, body, by);
    },
    done: isRelease ? 'The units are released.' : 'The units are cancelled.',
  };
}

export const releaseAction = (reservation: Reservation) => giveBackAction(reservation, 'release');
export const cancelAction = (reservation: Reservation) => giveBackAction(reservation, 'cancel');

export function returnAction(
  reservation: Reservation,
): Action<{ units: Record<string, number>; restock: boolean }> {
  const allocations = allocationsOf(reservation);
  const lines = quantityLines(allocations, 'out');
  return {
    ...ofReservation(reservation),
    label: 'Return units',
    title: 'Record units that came back',
    initial: { units: Object.fromEntries(lines.map(({ key }) => [key, 0])), restock: true },
    fields: {
      units: { kind: 'quantities', label: 'Units that came back', lines },
      restock: {
        kind: 'switch',
        label: 'Can be sold again',
        hint: 'On: they are on hand where they left from.',
      },
    },
    changes: ({ units, restock }) =>
      partsOf(allocations, units).map((each) => ({
        label: restock ? `${nameOf(each)}, on hand` : `${nameOf(each)}, recorded as returned`,
        to: `+${each.quantity}`,
      })),
    keepsReason: true,
    run: ({ units, restock }, reason, by) =>
      holdfast().reservations.return(
        reservation.id,
        {
          lines: partsOf(allocations, units).map(({ sku, location, quantity }) => ({
            sku,
            from: location,
            quantity,
          })),
          restock,
          reason,
        },
        by,
      ),
    done: 'The return is recorded.',
  };
}

export function withdrawAction(reservation: Reservation): Action<Values> {
  return {
    ...ofReservation(reservation),
    label: 'Withdraw',
    title: 'Withdraw this reservation for good',
    isDangerous: true,
    initial: {},
    changes: () => [
      {
        label: 'Stock that it has',
        from: allocationsOf(reservation).reduce((sum, { open }) => sum + open, 0),
        to: 0,
      },
      { label: 'Can be confirmed later', from: 'yes', to: 'never' },
    ],
    note: 'It gives its stock back, and its id cannot be used again.',
    keepsReason: true,
    run: (_values, reason, by) => holdfast().reservations.withdraw(reservation.id, { reason }, by),
    done: 'The reservation is withdrawn.',
  };
}
