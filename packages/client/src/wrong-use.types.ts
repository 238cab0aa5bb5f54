import { createClient, HoldfastError, isHoldfastError, type Reservation } from './index.ts';

// What the compiler refuses. `npm run check:types` fails where one of these lines compiles. Nothing runs it.

export async function wrongUse(reservation: Reservation, error: unknown): Promise<void> {
  // @ts-expect-error -- a client needs the address of the service
  const client = createClient({ apiKey: 'key' });
  // @ts-expect-error -- a line has a quantity
  await client.reservations.create({ lines: [{ sku: 'MUG' }] });
  // @ts-expect-error -- a misspelt field: `order_id`
  await client.reservations.create({ lines: [], orderId: 'o-1' });
  // @ts-expect-error -- a quantity is a number
  await client.reservations.create({ lines: [{ sku: 'MUG', quantity: '2' }] });
  // @ts-expect-error -- no such way to source lines
  await client.reservations.create({ lines: [], sourcing: 'nearest' });
  // @ts-expect-error -- `confirm` is of one reservation: its id is missing
  await client.reservations.confirm({ payment_reference: 'pay-1' });
  // @ts-expect-error -- a return names its lines
  await client.reservations.return('id', { reason: 'too small' });
  // @ts-expect-error -- no such status
  await client.reservations.list({ status: ['paid'] });
  // @ts-expect-error -- an operation that does not exist
  await client.reservations.delete('id');
  // @ts-expect-error -- a read takes no idempotency key
  await client.reservations.get('id', { idempotencyKey: 'key' });
  // @ts-expect-error -- a create is not compared with a version
  await client.reservations.create({ lines: [] }, { ifMatch: 3 });
  // @ts-expect-error -- a hold that waits in line cannot be held while a function runs
  await client.withHold({ lines: [], if_short: 'wait' }, async () => {});
  // @ts-expect-error -- a loop over the feed needs a place for its cursor
  client.events.follow({ types: ['warehouse.inventory.reserved'] });
  // @ts-expect-error -- no such event
  client.events.follow({ cursorStore: { load: () => null, save: () => {} }, types: ['reserved'] });
  // @ts-expect-error -- no such status of a reservation
  if (reservation.status === 'paid') return;
  // @ts-expect-error -- a time may be missing
  reservation.expires_at.slice(0, 10);
  // @ts-expect-error -- no such code
  if (isHoldfastError(error, 'sold_out')) return;
  // @ts-expect-error -- only some codes have lines
  if (isHoldfastError(error, 'unauthorized')) error.lines.at(0);
  if (error instanceof HoldfastError && error.code === 'insufficient_stock') {
    // @ts-expect-error -- a line that is short has `available`, not `limit`
    error.lines.at(0)?.limit.toFixed();
  }
}
