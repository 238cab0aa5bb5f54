import type { WantedLines } from '../commands/wanted-change.ts';
import type { WantedLine } from '../sourcing.ts';
import { no, type Expected, type ExpectedRefusal } from './expected.ts';
import { addUp, refuseUnknown } from './naive-creates.ts';
import { refusePromise } from './naive-limits.ts';
import { endSold } from './naive-parts.ts';
import {
  change,
  changed,
  isMeant,
  isOpen,
  place,
  setFate,
  textOf,
  unchanged,
  viewOf,
  type NaiveLine,
  type NaiveReservation,
} from './naive-reservation.ts';
import type { NaiveUnit } from './naive-sourcing.ts';
import type { Around } from './naive-verbs.ts';
import { answerReplaceWaited } from './naive-waiting.ts';

/** What may change with the lines of a cart. */
type Also = Partial<
  Pick<NaiveReservation, 'orderId' | 'customerId' | 'source' | 'metadata' | 'notifyBeforeSeconds'>
>;

/** PUT lines of a hold or a confirmed reservation, unit by unit. */
export function answerReplaceLines(
  it: NaiveReservation,
  command: WantedLines,
  now: number,
  orders: Around,
  also: Also = {},
): Expected {
  if (it.status === 'expired') return no('reservation_expired', it);
  if (it.status !== 'waiting' && it.status !== 'held' && it.status !== 'confirmed') {
    return no(orders.isCancelled(it.orderId) ? 'order_cancelled' : 'invalid_transition', it);
  }
  if (!isMeant(command.ifVersion, it.version)) return no('version_conflict');
  const isSplit = (command.sourcing ?? it.asked.sourcing) === 'split';
  if (command.ifShort === 'partial' && !isSplit) return no('validation_failed');
  const wanted = addUp(command.lines);
  const refused = refuseWanted(it, { ...command, lines: wanted }, orders, also);
  if (refused) return refused;
  if (it.status === 'waiting') return answerReplaceWaited(it, wanted, command, now, orders.stock, also);
  const before = { ...it, units: structuredClone(it.units) };
  const all = { ...viewOf(it), version: 0 };
  const done = replace(it, wanted, command, orders);
  if ('ok' in done) {
    Object.assign(it, before);
    return done;
  }
  Object.assign(it, also, it.status === 'held' ? renewed(it, command, now) : {});
  if (textOf({ ...viewOf(it), version: 0 }) === textOf(all)) {
    Object.assign(it, before);
    return unchanged(it);
  }
  change(it, {});
  if (it.status === 'held') return changed(it);
  if (done.less > 0) it.warehouseAction = 'cancel';
  if (done.more > 0) it.warehouseAction = 'confirm';
  if (!it.units.some(isOpen)) endSold(it, null, now);
  return changed(it);
}

/** Units that a line has, or waits for: those that are cancelled are not there any more. */
function unitsOf(it: NaiveReservation, wanted: Pick<WantedLine, 'sku' | 'location'>): readonly NaiveUnit[] {
  const index = it.lines.findIndex((line) => isSameLine(line, wanted));
  if (it.status === 'waiting') {
    const length = it.lines[index]?.quantity ?? 0;
    return Array.from({ length }, () => ({ line: index, location: '', fate: 'held' }));
  }
  return it.units.filter(({ line, fate }) => line === index && fate !== 'cancelled');
}

const isSameLine = (
  one: Pick<WantedLine, 'sku' | 'location'>,
  other: Pick<WantedLine, 'sku' | 'location'>,
): boolean => one.sku === other.sku && one.location === other.location;

const hasLeft = ({ fate }: NaiveUnit): boolean => fate === 'out' || fate === 'returned';

/** Only increases meet a limit, or a cancelled order. */
function refuseWanted(
  it: NaiveReservation,
  { lines, locations }: WantedLines,
  { stock, isCancelled }: Pick<Around, 'stock' | 'isCancelled'>,
  { orderId = it.orderId, customerId = it.customerId }: Also,
): ExpectedRefusal | null {
  const hasMore = lines.some((each) => each.quantity > unitsOf(it, each).length);
  if ((hasMore || orderId !== it.orderId) && isCancelled(orderId)) return no('order_cancelled', it);
  const unknown = refuseUnknown(lines, locations, stock);
  if (unknown) return unknown;
  const added: { sku: string; quantity: number }[] = [];
  for (const sku of new Set(lines.map((each) => each.sku))) {
    const maxPerReservation = stock.skus.get(sku)?.maxPerReservation ?? null;
    const named = lines.filter((each) => each.sku === sku);
    const unnamed = it.lines.filter(
      (line) => line.sku === sku && !lines.some((each) => isSameLine(each, line)),
    );
    const stays = unnamed.flatMap((line) => unitsOf(it, line).filter(hasLeft)).length;
    const after = named.reduce((sum, { quantity }) => sum + quantity, stays);
    const before = it.lines.filter((line) => line.sku === sku).flatMap((line) => unitsOf(it, line)).length;
    const isMore = after > before;
    if (maxPerReservation !== null && after > maxPerReservation && isMore) {
      return no('quantity_limit_exceeded');
    }
    if (isMore) added.push({ sku, quantity: after - before });
  }
  const given = customerId === it.customerId ? added : lines;
  return refusePromise(stock, { customerId, added, given, by: it });
}

/** @returns how many units it has given back and taken; or the refusal, with the reservation half changed */
function replace(
  it: NaiveReservation,
  wanted: readonly WantedLine[],
  command: WantedLines,
  { stock }: Around,
): ExpectedRefusal | { readonly less: number; readonly more: number } {
  const gone: NaiveUnit[] = [];
  for (const line of it.lines) {
    const named = wanted.find((each) => isSameLine(each, line));
    const units = unitsOf(it, line);
    const keep = named?.quantity ?? units.filter(hasLeft).length;
    const surplus = Math.max(0, units.length - keep);
    const open = units.filter(isOpen).toReversed();
    if (open.length < surplus) return no('quantity_exceeds_remaining', it);
    gone.push(...open.slice(0, surplus));
  }
  if (it.status === 'held') it.units = it.units.filter((unit) => !gone.includes(unit));
  else setFate(gone, 'cancelled');

  const sourcing = command.sourcing ?? it.sourcing;
  const more = wanted.map(({ quantity, ...each }) => ({
    sku: each.sku,
    location: each.location ?? placeToKeep(it, each, sourcing),
    quantity: Math.max(0, quantity - unitsOf(it, each).length),
  }));
  const { ifShort, locations } = command;
  const rules = { sourcing, ifShort, locations: locations ?? it.locations };
  const chosen = stock.choose(more, rules);
  const short = 'short' in chosen ? chosen.short : [];
  const lines = short.map(({ of, requested, available }) => {
    const { sku = '', location = null } = wanted[of] ?? {};
    const kept = unitsOf(it, { sku, location }).length;
    const at = location === null ? {} : { location };
    return { sku, ...at, requested: requested + kept, available: available + kept };
  });
  if (short.length > 0 && ifShort === 'reject') return no('insufficient_stock', it, lines);
  const units = 'units' in chosen ? chosen.units : [];
  const isNothing = units.length === 0 && it.units.every(({ fate }) => fate === 'cancelled');
  if (isNothing) return no('insufficient_stock', it, lines);
  takeLines(it, wanted, units);
  return { less: gone.length, more: units.length };
}

/** If units have to be together, added units come from the location of the others. */
function placeToKeep(
  it: NaiveReservation,
  wanted: Pick<WantedLine, 'sku' | 'location'>,
  sourcing: string,
): string | null {
  const together =
    sourcing === 'no_split' ? unitsOf(it, wanted) : sourcing === 'single_location' ? it.units : [];
  const [only = null, ...others] = new Set(together.filter(isOpen).map(({ location }) => location));
  return others.length === 0 ? only : null;
}

/** Those that stay keep their order, new ones come last. A hold keeps only wanted units. */
function takeLines(it: NaiveReservation, wanted: readonly WantedLine[], units: readonly NaiveUnit[]): void {
  const isWanted = (line: NaiveLine) => wanted.some((each) => isSameLine(each, line));
  const isHold = it.status === 'held';
  const old = it.lines.filter((line) => !isHold || isWanted(line));
  const fresh = wanted
    .filter((each) => !old.some((line) => isSameLine(line, each)))
    .map(({ sku, location }): NaiveLine => ({ sku, location, quantity: 0, requested: 0 }));
  const lines = [...old, ...fresh];
  const before = it.lines;
  const confirmed = lines.map((line) => {
    const index = before.indexOf(line);
    return it.units.filter((unit) => unit.line === index).length;
  });
  const present = lines.map((line) => unitsOf(it, line).length);
  for (const unit of it.units) unit.line = lines.findIndex((line) => line === before[unit.line]);
  it.lines = lines;
  for (const unit of units) {
    const each = wanted[unit.line];
    const line = lines.findIndex((other) => each && isSameLine(other, each));
    place(it, { line, location: unit.location, fate: isHold ? 'held' : 'sold' });
  }
  it.lines = lines.map((line, index): NaiveLine => {
    const want = wanted.find((each) => isSameLine(each, line));
    const count = it.units.filter((unit) => unit.line === index).length;
    const { sku, location } = line;
    if (isHold) return { sku, location, quantity: count, requested: want?.quantity ?? line.requested };
    const asked = (want?.quantity ?? 0) - (present[index] ?? 0);
    const requested = Math.max(line.requested, (confirmed[index] ?? 0) + asked);
    return {
      sku,
      location,
      quantity: Math.max(line.quantity, count),
      requested: asked > 0 ? requested : line.requested,
    };
  });
}

/** As far as the limits allow: one that is reached refuses nothing. */
function renewed(it: NaiveReservation, { renew }: WantedLines, now: number): Partial<NaiveReservation> {
  if (!renew || it.expiresAt === null || it.extensions >= renew.extensionsMax) return {};
  const latest = (it.heldAt ?? it.createdAt) + renew.holdMaxSeconds * 1000;
  const expiresAt = Math.min(now + renew.ttlSeconds * 1000, latest);
  return expiresAt > it.expiresAt ? { expiresAt, extensions: it.extensions + 1 } : {};
}
