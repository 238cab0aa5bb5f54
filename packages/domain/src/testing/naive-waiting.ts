import type { GrantWaitingCommand } from '../commands/grant-waiting.ts';
import type { WantedLines } from '../commands/wanted-change.ts';
import type { ReserveCommand } from '../commands/reserve.ts';
import type { WantedLine } from '../sourcing.ts';
import type { WaitTerms } from '../place-in-line.ts';
import { no, type Expected, type ExpectedRefusal } from './expected.ts';
import { change, changed, newReservation, unchanged, type NaiveReservation } from './naive-reservation.ts';
import { withoutIndex, type ShortOf } from './naive-sourcing.ts';
import { goesFirst, type NaiveWait } from './naive-reservation.ts';
import type { NaiveStock } from './naive-stock.ts';

const shortOf = (
  lines: readonly WantedLine[],
  locations: readonly string[] | null,
  short: readonly ShortOf[],
): NaiveWait['short'] =>
  short.flatMap(({ of }) => {
    const { sku = '', location = null } = lines[of] ?? {};
    const places = location === null ? (locations ?? [null]) : [location];
    return places.map((each) => ({ sku, location: each }));
  });

/** Joins the line, unless more is asked for than there is, or too many wait. */
export function answerJoin(
  asked: ReserveCommand,
  terms: WaitTerms,
  lines: readonly WantedLine[],
  short: readonly ShortOf[],
  { now, stock, fingerprint }: { now: number; stock: NaiveStock; fingerprint: string | null },
): Expected {
  const refused = refuseToJoin(lines, asked, short, terms.waitersMax, null, stock);
  if (refused) return refused;
  const reservation = newReservation(asked, now, {
    fingerprint,
    lines: lines.map((line) => ({ ...line, requested: line.quantity })),
    status: 'waiting',
    waitingUntil: now + terms.waitSeconds * 1000,
    wait: {
      priority: terms.priority,
      number: stock.nextNumber(),
      ttlSeconds: asked.ttlSeconds ?? 0,
      short: shortOf(lines, asked.locations, short),
    },
  });
  stock.reservations.push(reservation);
  return changed(reservation);
}

function refuseToJoin(
  lines: readonly WantedLine[],
  rules: Pick<ReserveCommand, 'sourcing' | 'locations'>,
  short: readonly ShortOf[],
  waitersMax: number,
  it: NaiveReservation | null,
  stock: NaiveStock,
): ExpectedRefusal | null {
  const most = stock.chooseOfAll(lines, rules);
  if ('short' in most) {
    return no('insufficient_stock', it, withoutIndex(short.length > 0 ? short : most.short));
  }
  const isFull = ({ sku }: WantedLine) =>
    it?.lines.some((line) => line.sku === sku) !== true &&
    stock.reservations.filter(
      (each) => each.status === 'waiting' && each.lines.some((line) => line.sku === sku),
    ).length >= waitersMax;
  return lines.some(isFull) ? no('insufficient_stock', it, withoutIndex(short)) : null;
}

/** @returns whether it is held now */
function attempt(it: NaiveReservation, now: number, stock: NaiveStock): boolean {
  const { wait, lines, sourcing, locations } = it;
  if (wait === null) throw new Error('it does not wait');
  const chosen = stock.choose(lines, { sourcing, locations, ifShort: 'reject' }, wait);
  if ('short' in chosen) {
    it.wait = { ...wait, short: shortOf(lines, locations, chosen.short) };
    return false;
  }
  const expiresAt = now + wait.ttlSeconds * 1000;
  Object.assign(it, { units: chosen.units, status: 'held', heldAt: now, expiresAt });
  return true;
}

/** One after the other, in their order, while units are left for those behind. */
export function answerGrant({ sku, after }: GrantWaitingCommand, now: number, stock: NaiveStock): Expected {
  if (after !== null) throw new Error('the naive ledger begins with the first in line');
  const line = stock.reservations
    .filter(({ status, lines }) => status === 'waiting' && lines.some((each) => each.sku === sku))
    .toSorted((one, other) => (one.wait && goesFirst(one.wait, other.wait) ? -1 : 1));
  let granted = 0;
  for (const each of line) {
    const place = each.wait;
    if (attempt(each, now, stock)) {
      granted += 1;
      each.version += 1;
    }
    if (place && stock.unitsFor(sku, { ...place, number: place.number + 0.5 }) === 0) break;
  }
  return { ok: true, granted };
}

const asRequested = (line: WantedLine) => ({ ...line, requested: line.quantity });

const isSame = (one: Omit<WantedLine, 'quantity'>, other: Omit<WantedLine, 'quantity'>): boolean =>
  one.sku === other.sku && one.location === other.location;

const text = (of: Partial<NaiveReservation>): string =>
  JSON.stringify([
    of.sourcing,
    of.locations,
    of.orderId,
    of.customerId,
    of.source,
    of.metadata,
    of.notifyBeforeSeconds,
  ]) + JSON.stringify(of.lines?.map(({ sku, location, quantity }) => [sku, location, quantity]));

/** PUT lines of one in line. */
export function answerReplaceWaited(
  it: NaiveReservation,
  wanted: readonly WantedLine[],
  command: WantedLines,
  now: number,
  stock: NaiveStock,
  also: Partial<NaiveReservation>,
): Expected {
  const { wait } = it;
  if (wait === null) throw new Error('it does not wait');
  const sourcing = command.sourcing ?? it.sourcing;
  const locations = command.locations ?? it.locations;
  const before = (each: WantedLine) => it.lines.find((line) => isSame(line, each))?.quantity ?? 0;
  const kept = it.lines.flatMap((line) => wanted.filter((each) => isSame(each, line)));
  const fresh = wanted.filter((each) => before(each) === 0);
  const lines = [...kept, ...fresh].map(asRequested);
  if (text({ ...it, ...also, sourcing, locations, lines }) === text(it)) return unchanged(it);
  const hasOtherRules = JSON.stringify([sourcing, locations]) !== JSON.stringify([it.sourcing, it.locations]);
  const asksForMore = hasOtherRules || wanted.some((each) => each.quantity > before(each));
  if (asksForMore) {
    const found = stock.choose(wanted, { sourcing, locations, ifShort: 'reject' });
    const short = 'short' in found ? found.short : [];
    const max = command.waitersMax ?? Infinity;
    const refused = refuseToJoin(wanted, { sourcing, locations }, short, max, it, stock);
    if (refused) return refused;
  }
  const number = asksForMore ? stock.nextNumber() : wait.number;
  change(it, { ...also, sourcing, locations, lines, wait: { ...wait, number } });
  attempt(it, now, stock);
  return changed(it);
}
