import { want } from '@holdfast/testing';
import { reservationHistoryAnswer } from '../reservations/get-reservation.ts';
import { availabilityAnswer } from '../stock/availability.ts';
import type { ApiScenario } from './api-scenario.ts';

/** `[on_hand, reserved, allocated]` at each location, and the SKU's available units. */
export async function stockOf({ api }: ApiScenario, sku: string) {
  const answered = want(200, api.call('get', `/v1/items/${sku}/availability`));
  const { available, locations } = availabilityAnswer.parse(await answered);
  const levels = locations.map(({ location, on_hand, reserved, allocated }) => [
    location,
    [on_hand, reserved, allocated],
  ]);
  return { available, ...(Object.fromEntries(levels) as Readonly<Record<string, readonly number[]>>) };
}

/**
 * The effects of a reservation, in order: movements as `[kind, sku, location, change]`, the types of its events, and
 * the syncs for the warehouse.
 */
export async function effectsOf({ api, sql }: ApiScenario, id: string) {
  const answered = want(200, api.call('get', `/v1/reservations/${id}/history?limit=200`));
  const { data } = reservationHistoryAnswer.parse(await answered);
  const { rows } = await sql.query<{ action: string; lines: readonly object[]; ends_reservation: boolean }>(
    'SELECT action, lines, ends_reservation FROM warehouse_syncs WHERE reservation_id = $1 ORDER BY ordinal',
    [id],
  );
  return {
    movements: data.flatMap((entry) => (entry.kind === 'movement' ? [shortMovement(entry.data)] : [])),
    events: data.flatMap((entry) =>
      entry.kind === 'event' ? [entry.data.type.replace('warehouse.inventory.', '')] : [],
    ),
    syncs: rows,
  };
}

type Movement = Extract<
  ReturnType<typeof reservationHistoryAnswer.parse>['data'][number],
  { kind: 'movement' }
>['data'];

function shortMovement({ kind, sku, location, ...deltas }: Movement) {
  const change = {
    ...(deltas.on_hand_delta === 0 ? {} : { on_hand: deltas.on_hand_delta }),
    ...(deltas.reserved_delta === 0 ? {} : { reserved: deltas.reserved_delta }),
    ...(deltas.allocated_delta === 0 ? {} : { allocated: deltas.allocated_delta }),
  };
  return [kind, sku, location, change];
}
