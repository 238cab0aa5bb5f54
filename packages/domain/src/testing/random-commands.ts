import {
  adjustment,
  adjustStock,
  cancel,
  confirm,
  expire,
  extend,
  fulfill,
  line,
  orderCancelled,
  orderPaid,
  release,
  reserve,
  reserveBatch,
  setStock,
} from '@holdfast/testing/vocabulary';
import { moduleOf, type Command } from '../commands.ts';
import type { LinePart } from '../commands/line-parts.ts';
import type { ReserveCommand } from '../commands/reserve.ts';
import type { ReservationStatus } from '../reservation.ts';
import type { WantedLine } from '../sourcing.ts';
import { onceIn, pick, type Dice } from './dice.ts';
import type { NaiveReservation } from './naive-reservation.ts';
import type { NaiveLedger } from './naive-ledger.ts';

const UNITS_MAX = 6;
const FULFILLMENT_IDS = ['f-1', 'f-2'] as const;
const ORDERS = ['o-1', 'o-2', 'o-3'] as const;
const SOURCINGS = ['split', 'split', 'no_split', 'single_location', 'prefer_single_location'] as const;
const PAYMENTS = ['why', 'why not', null] as const;

type Verb = 'confirm' | 'extend' | 'release' | 'fulfill' | 'cancel' | 'expire';
type Kind = Verb | 'reserve' | 'reserve-batch' | 'set-stock' | 'adjust-stock';

/** As often as it is written. */
const KINDS: readonly Kind[] = [
  ...(['reserve', 'reserve', 'reserve', 'reserve', 'reserve-batch'] as const),
  ...(['confirm', 'confirm', 'confirm', 'fulfill', 'fulfill', 'fulfill'] as const),
  ...(['extend', 'extend', 'release', 'cancel', 'expire', 'set-stock', 'adjust-stock'] as const),
];

/** In which states a verb does something. */
const CHANGED_BY: Readonly<Record<Verb, readonly ReservationStatus[]>> = {
  confirm: ['held', 'expired'],
  extend: ['held'],
  release: ['held'],
  fulfill: ['held', 'confirmed'],
  cancel: ['confirmed'],
  expire: [],
};

/**
 * Makes up commands that have a chance to do something: mostly of reservations that there are, of lines that
 * they have, of about as much as there is; and now and then a command that was made up before, to the letter
 * or in other words.
 */
export class RandomCommands {
  readonly #ledger: NaiveLedger;
  readonly #newId: () => string;
  readonly #earlier: Command[] = [];
  readonly #hasOrderEvents: boolean;

  /**
   * @param ledger what the commands are about. It must have answered one before the next is made up
   * @param newId of reservations; also makes an id of one that never was
   */
  constructor(ledger: NaiveLedger, newId: () => string, { hasOrderEvents = false } = {}) {
    this.#ledger = ledger;
    this.#newId = newId;
    this.#hasOrderEvents = hasOrderEvents;
  }

  /** @param now when it will be decided, or about then: extensions are aimed at the very limits */
  next(dice: Dice, now: number): Command {
    if (this.#earlier.length > 0 && onceIn(dice, 6)) return again(dice, pick(dice, this.#earlier.slice(-5)));
    if (this.#hasOrderEvents && onceIn(dice, 10)) return orderEvent(dice);
    const isEmpty = this.#ledger.reservations.length === 0 && !onceIn(dice, 8);
    const kind = isEmpty ? 'reserve' : pick(dice, KINDS);
    const command = this.#makeUp(dice, kind, now);
    // No create has the id of an existing reservation.
    if (moduleOf(command).targets(command).reservations.length > 0) this.#earlier.push(command);
    return command;
  }

  #makeUp(dice: Dice, kind: Kind, now: number): Command {
    if (kind === 'reserve') return this.#reserve(dice);
    if (kind === 'set-stock') return this.#setStock(dice);
    if (kind === 'adjust-stock') return this.#adjustStock(dice);
    if (kind !== 'reserve-batch') return this.#verb(dice, kind, now);
    const reservations = Array.from({ length: dice.whole(1, 4) }, () => this.#reserve(dice));
    return reserveBatch(reservations, { atomic: onceIn(dice, 2) });
  }

  #reserve(dice: Dice): ReserveCommand {
    const lines = Array.from({ length: dice.whole(1, 3) }, () => this.#line(dice));
    const isPartial = onceIn(dice, 6);
    const ttlSeconds = pick(dice, isPartial ? [60, 900] : [60, 60, 900, 900, null]);
    return reserve(this.#newId(), lines, {
      orderId: onceIn(dice, 4) ? pick(dice, ORDERS) : null,
      cartId: 'c-1',
      customerId: pick(dice, [null, 'cu-1']),
      sourcing: isPartial ? 'split' : pick(dice, SOURCINGS),
      locations: onceIn(dice, 4) ? this.#someLocations(dice) : null,
      ifShort: isPartial ? 'partial' : 'reject',
      paymentReference: ttlSeconds === null ? pick(dice, PAYMENTS) : null,
      ttlSeconds,
    });
  }

  /** One or more, each once, in any order. */
  #someLocations(dice: Dice): readonly string[] {
    return [...new Set(Array.from({ length: dice.whole(1, 3) }, () => this.#location(dice)))];
  }

  #line(dice: Dice): WantedLine {
    const location = onceIn(dice, 3) ? this.#location(dice) : null;
    return line(this.#sku(dice), dice.whole(1, UNITS_MAX), location);
  }

  #setStock(dice: Dice): Command {
    const promised = onceIn(dice, 2) ? this.#promised(dice) : null;
    const { sku, location } = promised ?? { sku: this.#sku(dice), location: this.#location(dice) };
    const [, reserved, allocated] = this.#ledger.counters(sku, location);
    const most = promised ? reserved + allocated : 2 * UNITS_MAX;
    return setStock(sku, onceIn(dice, 3) ? 0 : dice.whole(0, most), location, {
      safetyStock: pick(dice, [null, null, 0, 2]),
      reason: 'counted',
      ifVersion: pick(dice, [null, null, null, 'any', 'none', [0], [1, 2]]),
    });
  }

  #adjustStock(dice: Dice): Command {
    if (onceIn(dice, 3)) return this.#moveStock(dice);
    const lines = Array.from({ length: dice.whole(1, 3) }, () =>
      adjustment(this.#sku(dice), dice.whole(1, UNITS_MAX) * pick(dice, [1, -1]), this.#location(dice)),
    );
    return adjustStock(...lines);
  }

  /** Moves units from one location to another, promised ones too: the first may become short. */
  #moveStock(dice: Dice): Command {
    const [sku, units] = [this.#sku(dice), dice.whole(1, UNITS_MAX)];
    return adjustStock(
      ...[units, -units].map((delta) => adjustment(sku, delta, this.#location(dice), 'moved')),
    );
  }

  #verb(dice: Dice, kind: Verb, now: number): Command {
    const of = this.#reservation(dice, kind);
    const reservationId = of?.asked.reservationId ?? this.#newId();
    const [reason, orderId] = [
      pick(dice, [null, 'why', 'why not']),
      pick(dice, [null, null, null, null, ...ORDERS]),
    ];
    switch (kind) {
      case 'confirm': {
        const onExpired = pick(dice, ['reject', 'reacquire'] as const);
        const parts = this.#parts(dice, of);
        return confirm(reservationId, { orderId, paymentReference: reason, parts, onExpired });
      }
      case 'fulfill': {
        const fulfillmentId = pick(dice, [null, ...FULFILLMENT_IDS]);
        return fulfill(reservationId, this.#parts(dice, of), { orderId, fulfillmentId });
      }
      case 'extend': {
        const [extensionsMax, holdMaxSeconds] = [dice.whole(0, 2), pick(dice, [900, 3_600])];
        const ttlSeconds = secondsWorthTrying(dice, of, { now, holdMaxSeconds });
        return extend(reservationId, ttlSeconds, { extensionsMax, holdMaxSeconds });
      }
      case 'release':
        return release(reservationId, reason);
      case 'cancel':
        return cancel(reservationId, reason);
      case 'expire':
        return expire(reservationId);
      default:
        return kind satisfies never;
    }
  }

  #parts(dice: Dice, of: NaiveReservation | null): readonly LinePart[] | null {
    if (onceIn(dice, 3)) return null;
    if (of && onceIn(dice, 5)) {
      const taken = of.lines.filter(({ quantity }) => quantity > 0);
      return taken.map(({ sku, quantity }) => ({ sku, quantity, location: null }));
    }
    if (of && of.units.length > 0 && onceIn(dice, 4)) return someAndTheRest(dice, of);
    return Array.from({ length: dice.whole(1, 3) }, () => {
      const unit = of && of.units.length > 0 && !onceIn(dice, 8) ? pick(dice, of.units) : null;
      const alike = of?.units.filter(({ line }) => line === unit?.line) ?? [];
      return {
        sku: (unit && of?.lines[unit.line]?.sku) ?? this.#sku(dice),
        location: onceIn(dice, 2) ? (unit?.location ?? this.#location(dice)) : null,
        quantity: dice.whole(1, Math.max(1, Math.min(alike.length, UNITS_MAX))),
      };
    });
  }

  /**
   * Often one that the verb can change, mostly one of the newest, now and then any, or one that never was.
   */
  #reservation(dice: Dice, kind: Verb): NaiveReservation | null {
    const all = this.#ledger.reservations;
    if (all.length === 0 || onceIn(dice, 25)) return null;
    const apt = all.filter(({ status }) => CHANGED_BY[kind].includes(status));
    if (apt.length > 0 && onceIn(dice, 2)) return pick(dice, apt);
    return pick(dice, onceIn(dice, 4) ? all : all.slice(-4));
  }

  /** A level with promised units: a lower count makes it short. */
  #promised(dice: Dice): { readonly sku: string; readonly location: string } | null {
    const open = this.#ledger.reservations.flatMap(({ lines, units }) =>
      units
        .filter(({ fate }) => fate === 'held' || fate === 'sold')
        .map(({ line, location }) => ({ sku: lines[line]?.sku ?? '', location })),
    );
    return open.length > 0 ? pick(dice, open) : null;
  }

  #sku(dice: Dice): string {
    return onceIn(dice, 40) ? 'NO-SUCH-SKU' : pick(dice, this.#ledger.skus);
  }

  #location(dice: Dice): string {
    return onceIn(dice, 40) ? 'NO-SUCH-PLACE' : pick(dice, this.#ledger.locations);
  }
}

/** Few orders are cancelled, as nothing happens to an order after that. */
function orderEvent(dice: Dice): Command {
  const orderId = pick(dice, ORDERS);
  if (onceIn(dice, 5)) return orderCancelled(orderId);
  const onExpired = pick(dice, ['reject', 'reacquire'] as const);
  return orderPaid(orderId, { paymentReference: pick(dice, PAYMENTS), onExpired });
}

/** All of a line: some from any location, the rest from one location. */
function someAndTheRest(dice: Dice, { lines, units }: NaiveReservation): readonly LinePart[] {
  const { line, location } = pick(dice, units);
  const sku = lines[line]?.sku ?? '';
  const all = units.filter((unit) => unit.line === line).length;
  const rest = dice.whole(1, units.filter((unit) => unit.line === line && unit.location === location).length);
  const named = { sku, location, quantity: rest };
  return all === rest ? [named] : [{ sku, location: null, quantity: all - rest }, named];
}

/** The same command; where it has parts, they may come in another order. */
function again(dice: Dice, command: Command): Command {
  if (command.kind === 'return' || !('parts' in command)) return command;
  if (command.parts === null || onceIn(dice, 2)) return command;
  return { ...command, parts: command.parts.toReversed() };
}

/**
 * How long the clock runs until the next commands: often not at all, or up to the very end of a hold.
 * Milliseconds.
 */
export function randomWait(dice: Dice, ledger: NaiveLedger, now: number): number {
  const alive = ledger.reservations.filter(({ status }) => status === 'held');
  const toTheEnd = alive.length > 0 ? Math.max(0, (pick(dice, alive).expiresAt ?? now) - now) : 0;
  return pick(dice, [0, 0, 0, 1, 30_000, 59_999, toTheEnd, toTheEnd, Math.max(0, toTheEnd - 1)]);
}

/** A time to live that is about what the hold has left, about the most it may have, or any. */
function secondsWorthTrying(
  dice: Dice,
  of: NaiveReservation | null,
  { now, holdMaxSeconds }: { readonly now: number; readonly holdMaxSeconds: number },
): number {
  const left = Math.floor(((of?.expiresAt ?? now) - now) / 1000);
  const longest = holdMaxSeconds - Math.ceil((now - (of?.createdAt ?? now)) / 1000);
  return Math.max(1, pick(dice, [left, left + 1, longest, longest + 1, 60, 900]));
}
