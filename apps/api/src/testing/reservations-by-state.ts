import { newId } from '@holdfast/ledger';
import { want, type Reservation } from '@holdfast/testing';
import type { ApiScenario } from './api-scenario.ts';

/** A reservation in one of the states of verb-table.ts. */
export interface Made {
  readonly id: string;
  readonly version: number;
  readonly sku: string;
  /** It has none of this SKU, of which there is little. */
  readonly scarce: string;
  /** Its units of the SKU: held, or confirmed and not cancelled. */
  readonly units: number;
  /** The body of its create. */
  readonly created: object;
}

type Skus = Pick<Made, 'sku' | 'scarce'>;

/** The step from the state before, by a client or by time. */
type Step = (id: string, { sku }: Skus) => Promise<unknown>;

/**
 * How a reservation of the scenario gets into each state. It has order `o-1`, customer `cu-1` and no payment. 1 of 5
 * units is released as `r-1`, 1 of the 4 confirmed ones is cancelled as `c-1`, 2 of the 3 open ones ship as `f-1`, and
 * 1 of these is returned as `b-1`. All are in EAST; WEST has more. One in line waits for 5 units of FULL.
 */
export function reservationsByState(scenario: ApiScenario) {
  const verb =
    (name: string, quantity?: number, rest: object = {}): Step =>
    (id, { sku }) =>
      want(200, scenario.verb(id, name, quantity ? { lines: [{ sku, quantity }], ...rest } : undefined));
  const makeDue: Step = (id) => scenario.makeDue(id);
  const expire: Step = (reservationId) =>
    scenario.api.context.ledger.submit({ kind: 'expire', reservationId });

  const held = [verb('release', 1, { release_id: 'r-1' })];
  const due = [...held, makeDue];
  const expired = [...due, expire];
  const confirmed = [...held, verb('confirm'), verb('cancel', 1, { cancellation_id: 'c-1' })];
  const shipped = [
    ...confirmed,
    verb('fulfill', 2, { fulfillment_id: 'f-1' }),
    verb('return', 1, { return_id: 'b-1' }),
  ];
  const steps: Readonly<Record<string, readonly Step[]>> = {
    held,
    due,
    expired,
    confirmed,
    'part out': shipped,
    fulfilled: [...shipped, verb('fulfill')],
    'cut short': [...shipped, verb('cancel')],
    released: [...held, verb('release')],
    cancelled: [...confirmed, verb('cancel')],
    'released*': [...held, verb('withdraw')],
    'expired*': [...expired, verb('withdraw')],
    'cancelled*': [...confirmed, verb('withdraw')],
  };

  return async (state: string, skus: Skus): Promise<Made> => {
    const id = newId();
    const plain = { lines: [{ sku: skus.sku, quantity: 5 }], order_id: 'o-1', customer_id: 'cu-1' };
    const created = state === 'waiting' ? { ...plain, ...inLine } : plain;
    if (state === 'waiting') await sellOut(scenario, skus);
    if (state === 'withdrawn') await want(200, scenario.withdraw(id));
    else await want(state === 'waiting' ? 202 : 201, scenario.put(id, created));
    for (const step of steps[state] ?? []) await step(id, skus);
    const { version, lines } = await scenario.read(id);
    return { id, version, ...skus, units: unitsIn(lines), created };
  };
}

const inLine = { if_short: 'wait', wait_seconds: 600, locations: ['FULL'] } as const;

/** Waiting reservations ask for a separate location whose units are held, so they block no others. */
async function sellOut(scenario: ApiScenario, { sku }: Skus): Promise<void> {
  await scenario.api.call('put', '/v1/locations/FULL', { priority: 99 });
  const { body } = await scenario.api.call('get', `/v1/reservations?sku=${sku}&location=FULL`);
  if ((body as { data: readonly unknown[] }).data.length > 0) return;
  await scenario.setStock(sku, 5, 'FULL');
  await scenario.hold(sku, 5, { locations: ['FULL'] });
}

const unitsIn = (lines: Reservation['lines']): number =>
  lines.reduce((sum, line) => sum + (line.confirmed_quantity || line.quantity) - line.cancelled_quantity, 0);
