import { reservationNamedBy } from '../command-targets.ts';
import type { AdjustStockCommand, Command, LinePart, ReserveCommand, SetStockCommand } from '../commands.ts';
import type { ReservationStatus } from '../reservation.ts';
import type { WantedLine } from '../sourcing.ts';
import { onceIn, pick, type Dice } from './dice.ts';
import type { NaiveReservation } from './naive-reservation.ts';
import type { NaiveShop } from './naive-shop.ts';

const caller = 'anyone';
const UNITS_MAX = 6;
const FULFILLMENT_IDS = ['f-1', 'f-2'] as const;
const ORDERS = ['o-1', 'o-2'] as const;

type Verb = Exclude<Extract<Command, { reservationId: string }>['kind'], 'reserve'>;
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
 * Makes up commands that have a chance to do something: mostly of reservations that there are, of lines that they have,
 * of about as much as there is; and now and then a command that was made up before, to the letter or in other words.
 */
export class RandomCommands {
  readonly #shop: NaiveShop;
  readonly #newId: () => string;
  readonly #earlier: Command[] = [];

  /**
   * @param shop what the commands are about. It must have answered one before the next is made up
   * @param newId of reservations; also makes an id of one that never was
   */
  constructor(shop: NaiveShop, newId: () => string) {
    this.#shop = shop;
    this.#newId = newId;
  }

  /** @param now when it will be decided, or about then: extensions are aimed at the very limits */
  next(dice: Dice, now: number): Command {
    if (this.#earlier.length > 0 && onceIn(dice, 6)) return again(dice, pick(dice, this.#earlier.slice(-5)));
    const isEmpty = this.#shop.reservations.length === 0 && !onceIn(dice, 8);
    const kind = isEmpty ? 'reserve' : pick(dice, KINDS);
    const command = this.#makeUp(dice, kind, now);
    // Nobody asks for a reservation with an id that there is.
    if (reservationNamedBy(command) !== null) this.#earlier.push(command);
    return command;
  }

  #makeUp(dice: Dice, kind: Kind, now: number): Command {
    if (kind === 'reserve') return this.#reserve(dice);
    if (kind === 'set-stock') return this.#setStock(dice);
    if (kind === 'adjust-stock') return this.#adjustStock(dice);
    if (kind !== 'reserve-batch') return this.#verb(dice, kind, now);
    const reservations = Array.from({ length: dice.whole(1, 4) }, () => this.#reserve(dice));
    return { kind, atomic: onceIn(dice, 2), reservations, caller };
  }

  #reserve(dice: Dice): ReserveCommand {
    return {
      kind: 'reserve',
      reservationId: this.#newId(),
      orderId: onceIn(dice, 4) ? pick(dice, ORDERS) : null,
      cartId: 'c-1',
      storeId: null,
      source: null,
      metadata: {},
      lines: Array.from({ length: dice.whole(1, 3) }, () => this.#line(dice)),
      sourcing: pick(dice, ['split', 'split', 'no_split', 'single_location']),
      ttlSeconds: pick(dice, [60, 60, 900, 900, null]),
      caller,
    };
  }

  #line(dice: Dice): WantedLine {
    const location = onceIn(dice, 3) ? this.#location(dice) : null;
    return { sku: this.#sku(dice), location, quantity: dice.whole(1, UNITS_MAX) };
  }

  #setStock(dice: Dice): SetStockCommand {
    return {
      kind: 'set-stock',
      sku: this.#sku(dice),
      location: this.#location(dice),
      onHand: onceIn(dice, 3) ? 0 : dice.whole(0, 2 * UNITS_MAX),
      safetyStock: pick(dice, [null, null, 0, 2]),
      reason: 'counted',
      ifVersion: pick(dice, [null, null, null, null, 0, 1, 2]),
      caller,
    };
  }

  #adjustStock(dice: Dice): AdjustStockCommand {
    const lines = Array.from({ length: dice.whole(1, 3) }, () => ({
      sku: this.#sku(dice),
      location: this.#location(dice),
      delta: dice.whole(1, UNITS_MAX) * pick(dice, [1, -1]),
      reason: 'found',
    }));
    return { kind: 'adjust-stock', lines, caller };
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
        return { kind, reservationId, orderId, paymentReference: reason, parts, onExpired, caller };
      }
      case 'fulfill': {
        const fulfillmentId = pick(dice, [null, ...FULFILLMENT_IDS]);
        return { kind, reservationId, orderId, fulfillmentId, parts: this.#parts(dice, of), caller };
      }
      case 'extend': {
        const [extensionsMax, holdMaxSeconds] = [dice.whole(0, 2), pick(dice, [900, 3_600])];
        const ttlSeconds = secondsWorthTrying(dice, of, { now, holdMaxSeconds });
        return { kind, reservationId, ttlSeconds, extensionsMax, holdMaxSeconds, caller };
      }
      case 'release':
      case 'cancel':
        return { kind, reservationId, reason, caller };
      case 'expire':
        return { kind, reservationId };
      default:
        return kind satisfies never;
    }
  }

  #parts(dice: Dice, of: NaiveReservation | null): readonly LinePart[] | null {
    if (onceIn(dice, 3)) return null;
    if (of && onceIn(dice, 5)) return of.lines.map((line) => ({ ...line, location: null }));
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

  /** Often one that the verb can change, mostly one of the newest, now and then any, or one that never was. */
  #reservation(dice: Dice, kind: Verb): NaiveReservation | null {
    const all = this.#shop.reservations;
    if (all.length === 0 || onceIn(dice, 25)) return null;
    const apt = all.filter(({ status }) => CHANGED_BY[kind].includes(status));
    if (apt.length > 0 && onceIn(dice, 2)) return pick(dice, apt);
    return pick(dice, onceIn(dice, 4) ? all : all.slice(-4));
  }

  #sku(dice: Dice): string {
    return onceIn(dice, 40) ? 'NO-SUCH-SKU' : pick(dice, this.#shop.skus);
  }

  #location(dice: Dice): string {
    return onceIn(dice, 40) ? 'NO-SUCH-PLACE' : pick(dice, this.#shop.locations);
  }
}

/** All of a line: some from wherever, the rest from one location. */
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
  if (!('parts' in command) || command.parts === null || onceIn(dice, 2)) return command;
  return { ...command, parts: command.parts.toReversed() };
}

/** How long the clock runs until the next commands: often not at all, or up to the very end of a hold. Milliseconds. */
export function randomWait(dice: Dice, shop: NaiveShop, now: number): number {
  const alive = shop.reservations.filter(({ status }) => status === 'held');
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
