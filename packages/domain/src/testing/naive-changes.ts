import type { PatchReservationCommand } from '../commands/patch-reservation.ts';
import type { PutCartCommand } from '../commands/put-cart.ts';
import { no, type Expected } from './expected.ts';
import { answerReserve } from './naive-creates.ts';
import { isCounted, refusePromise, unitsHad } from './naive-limits.ts';
import { answerReplaceLines } from './naive-lines.ts';
import { answerRelease } from './naive-parts.ts';
import {
  change,
  changed,
  isOfAnotherOrder,
  isMeant,
  textOf,
  unchanged,
  type NaiveReservation,
} from './naive-reservation.ts';
import { isRefusedForGood, type Around } from './naive-verbs.ts';

export function answerPutCart(command: PutCartCommand, now: number, orders: Around): Expected {
  const held = holdOf(command.cartId, orders);
  if (!held && command.lines.length === 0) return no('reservation_not_found');
  if (!isMeant(command.ifVersion, held?.version ?? 0)) return no('version_conflict');
  const answer = held ? changeCart(held, command, now, orders) : createCart(command, now, orders);
  return 'reservation' in answer ? { ...answer, created: !held } : answer;
}

const idOf = ({ asked }: NaiveReservation): string => asked.reservationId;

/** The newest that is held or waits, whichever call made it. */
function holdOf(cartId: string, { stock }: Around): NaiveReservation | undefined {
  return stock.reservations
    .filter(({ asked, status }) => asked.cartId === cartId && (status === 'held' || status === 'waiting'))
    .toSorted((one, other) => one.createdAt - other.createdAt || (idOf(one) < idOf(other) ? -1 : 1))
    .at(-1);
}

function createCart(command: PutCartCommand, now: number, orders: Around): Expected {
  const { cartId, orderId, customerId, lines, locations, ifShort, caller } = command;
  const { source = null, metadata = {}, notifyBeforeSeconds = null } = command;
  const names = {
    cartId,
    orderId,
    customerId,
    source,
    metadata,
    notifyBeforeSeconds,
    paymentReference: null,
  };
  const asked = { kind: 'reserve', ...command.create, ...names, lines, locations, ifShort, caller } as const;
  return answerReserve(asked, now, orders);
}

function changeCart(it: NaiveReservation, command: PutCartCommand, now: number, orders: Around): Expected {
  const { orderId, customerId, source = it.source, metadata = it.metadata } = command;
  const { notifyBeforeSeconds = it.notifyBeforeSeconds } = command;
  if (command.lines.length === 0) {
    const all = { reservationId: it.asked.reservationId, reason: null, releaseId: null, parts: null };
    return answerRelease(it, { kind: 'release', ...all, caller: command.caller }, now);
  }
  if (isOfAnotherOrder(it, orderId)) return no('invalid_transition', it);
  if (isAnother(it.customerId, customerId)) return no('invalid_transition', it);
  const names = { orderId: it.orderId ?? orderId, customerId: it.customerId ?? customerId };
  return answerReplaceLines(it, command, now, orders, { ...names, source, metadata, notifyBeforeSeconds });
}

const isAnother = (present: string | null, named: string | null): boolean =>
  present !== null && named !== null && present !== named;

export function answerPatch(
  it: NaiveReservation,
  command: PatchReservationCommand,
  orders: Around,
): Expected {
  const { orderId, customerId, paymentReference } = command;
  if (!isMeant(command.ifVersion, it.version)) return no('version_conflict');
  if (isOfAnotherOrder(it, orderId)) return no('invalid_transition', it);
  if (it.orderId === null && orders.isCancelled(orderId)) return no('order_cancelled', it);
  if (isAnother(it.customerId, customerId)) return no('invalid_transition', it);
  if (isAnother(it.payment, paymentReference)) return no('invalid_transition', it);
  if (it.payment === null && isRefusedForGood(it, paymentReference)) return no('invalid_transition', it);
  if (it.customerId === null && customerId !== null) {
    const counted = [...orders.stock.skus.values()].filter((sku) => isCounted(sku, it));
    const given = it.lines
      .map(({ sku }) => sku)
      .filter((sku, index, all) => all.indexOf(sku) === index && counted.some((each) => each.sku === sku))
      .map((sku) => ({ sku, quantity: unitsHad(it, sku) }));
    const refused = refusePromise(orders.stock, { customerId, added: [], given, by: it });
    if (refused) return refused;
  }
  const metadata = merged(it.metadata, command.metadata);
  if (Object.keys(metadata).length > command.metadataMax) return no('validation_failed');
  const after = {
    orderId: it.orderId ?? orderId,
    customerId: it.customerId ?? customerId,
    payment: it.payment ?? paymentReference,
    source: command.source === undefined ? it.source : command.source,
    metadata,
  };
  const { orderId: order, customerId: customer, payment, source } = it;
  const before = { orderId: order, customerId: customer, payment, source, metadata: it.metadata };
  if (textOf(after) === textOf(before)) return unchanged(it);
  change(it, after);
  return changed(it);
}

/** RFC 7396. */
function merged(
  present: Readonly<Record<string, string>>,
  patch: PatchReservationCommand['metadata'],
): Readonly<Record<string, string>> {
  if (patch === undefined) return present;
  if (patch === null) return {};
  const all = Object.entries({ ...present, ...patch });
  return Object.fromEntries(all.flatMap(([key, value]) => (value === null ? [] : [[key, value]])));
}
