import {
  adjustment,
  adjustStock,
  grantWaiting,
  orderCancelled,
  orderPaid,
  putCart,
  putReservation,
  reserve,
  reserveBatch,
  setStock,
  transfer,
  transferStock,
} from '@holdfast/testing/vocabulary';
import { moduleOf, type Command } from '../commands.ts';
import type { PutCartCommand } from '../commands/put-cart.ts';
import type { ReserveCommand } from '../commands/reserve.ts';
import type { SetStockCommand } from '../commands/set-stock.ts';
import type { WaitTerms } from '../place-in-line.ts';
import { onceIn, pick, type Dice } from './dice.ts';
import type { NaiveLedger } from './naive-ledger.ts';
import type { NaiveReservation } from './naive-reservation.ts';
import { CUSTOMERS, ORDERS, PAYMENTS, RandomNames, SOURCINGS, UNITS_MAX } from './random-names.ts';
import { CHANGED_BY, changeRules, makeVerb, wantedLines, type Verb } from './random-verbs.ts';

type Create = 'reserve' | 'reserve-batch' | 'put-reservation' | 'put-cart';
type StockKind = 'set-stock' | 'patch-stock' | 'delete-stock-level' | 'adjust-stock' | 'transfer-stock';
type Kind = Verb | Create | StockKind | 'grant-waiting';

/** Each kind as often as it is listed. */
const KINDS: readonly Kind[] = [
  ...(['reserve', 'reserve', 'reserve', 'reserve-batch', 'put-reservation', 'put-cart', 'put-cart'] as const),
  ...(['confirm', 'confirm', 'confirm', 'fulfill', 'fulfill', 'fulfill', 'extend', 'extend'] as const),
  ...(['release', 'cancel', 'return', 'replace-lines', 'replace-lines', 'reallocate', 'reallocate'] as const),
  ...(['patch-reservation', 'withdraw', 'expire', 'set-stock', 'adjust-stock'] as const),
  ...(['patch-stock', 'delete-stock-level', 'transfer-stock'] as const),
  'grant-waiting',
];

/** Commands about the waiting line: they join it, move in it, leave it, and free stock. */
const CROWDED: readonly Kind[] = [
  ...(['reserve', 'reserve', 'reserve', 'reserve', 'put-reservation', 'put-cart', 'put-cart'] as const),
  ...(['reserve', 'reserve', 'release', 'release', 'withdraw', 'confirm', 'cancel'] as const),
  ...(['replace-lines', 'replace-lines', 'expire', 'reallocate', 'adjust-stock'] as const),
  ...(['grant-waiting', 'grant-waiting', 'grant-waiting', 'grant-waiting'] as const),
];

/** Before a hold ends, it is announced. Seconds. */
const NOTICES: readonly (number | null)[] = [null, null, 30, 120];
const CART_METADATA: readonly PutCartCommand['metadata'][] = [undefined, undefined, {}, { a: '1' }];

interface RandomOptions {
  readonly hasOrderEvents?: boolean;
  /** Whether many wait in line for a few units. */
  readonly isCrowded?: boolean;
  /** Carts of PUT cart. */
  readonly carts?: readonly string[];
  /** Carts that creates name. */
  readonly cartsOfCreates?: readonly (string | null)[];
}

/**
 * Makes up commands that have a chance to do something: mostly of reservations that there are, of lines that
 * they have, of about as much as there is; and now and then a command that was made up before, to the letter
 * or in other words.
 */
export class RandomCommands {
  readonly #ledger: NaiveLedger;
  readonly #names: RandomNames;
  readonly #newId: () => string;
  readonly #earlier: Command[] = [];
  readonly #options: Required<RandomOptions>;

  /**
   * @param ledger what the commands are about. It must have answered one before the next is made up
   * @param newId of reservations, a UUIDv7; also makes an id of one that never was
   */
  constructor(
    ledger: NaiveLedger,
    newId: () => string,
    {
      hasOrderEvents = false,
      isCrowded = false,
      carts = ['c-1', 'c-2'],
      cartsOfCreates = ['c-1', null, null],
    }: RandomOptions = {},
  ) {
    this.#ledger = ledger;
    this.#names = new RandomNames(ledger, isCrowded);
    this.#newId = newId;
    this.#options = { hasOrderEvents, isCrowded, carts, cartsOfCreates };
  }

  /** @param now when it will be decided, or about then: extensions are aimed at the very limits */
  next(dice: Dice, now: number): Command {
    if (this.#earlier.length > 0 && onceIn(dice, 6)) {
      return this.#again(dice, pick(dice, this.#earlier.slice(-5)));
    }
    if (this.#options.hasOrderEvents && onceIn(dice, 10)) return orderEvent(dice);
    const isEmpty = this.#ledger.reservations.length === 0 && !onceIn(dice, 8);
    const kind = isEmpty ? 'reserve' : pick(dice, this.#options.isCrowded ? CROWDED : KINDS);
    const command = this.#makeUp(dice, kind, now);
    // No other create has the id of an existing reservation.
    const { reservations, carts } = moduleOf(command).targets(command);
    if (reservations.length + carts.length > 0) this.#earlier.push(command);
    return command;
  }

  #makeUp(dice: Dice, kind: Kind, now: number): Command {
    // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- the others are verbs
    switch (kind) {
      case 'reserve':
        return this.#maybeInLine(dice, this.#reserve(dice));
      case 'grant-waiting':
        return grantWaiting(this.#names.sku(dice));
      case 'reserve-batch': {
        const reservations = Array.from({ length: dice.whole(1, 4) }, () => this.#reserve(dice));
        return reserveBatch(reservations, { atomic: onceIn(dice, 2) });
      }
      case 'put-reservation':
        return this.#putReservation(dice);
      case 'put-cart':
        return this.#putCart(dice, now);
      case 'set-stock':
        return this.#setStock(dice);
      case 'patch-stock':
        return { ...this.#setStock(dice), kind, onHand: pick(dice, [null, 0, UNITS_MAX]) };
      case 'delete-stock-level':
        return { ...this.#setStock(dice), kind };
      case 'adjust-stock':
        return this.#adjustStock(dice);
      case 'transfer-stock':
        return this.#transferStock(dice);
      default: {
        const of = this.#names.reservation(dice, CHANGED_BY[kind]);
        const reservationId = of?.asked.reservationId ?? this.#someId(dice);
        return makeVerb(dice, kind, { of, reservationId, names: this.#names, now });
      }
    }
  }

  #reserve(dice: Dice): ReserveCommand {
    const most = this.#options.isCrowded ? pick(dice, [1, 1, 2]) : 3;
    const lines = Array.from({ length: dice.whole(1, most) }, () => this.#names.line(dice));
    const isPartial = onceIn(dice, 6);
    const isHold = isPartial || this.#options.isCrowded;
    const ttlSeconds = pick(dice, isHold ? [60, 900] : [60, 60, 900, 900, null]);
    return reserve(this.#newId(), lines, {
      orderId: onceIn(dice, 4) ? pick(dice, ORDERS) : null,
      cartId: pick(dice, this.#options.cartsOfCreates),
      customerId: pick(dice, CUSTOMERS),
      sourcing: isPartial ? 'split' : pick(dice, SOURCINGS),
      locations: onceIn(dice, 4) ? this.#names.someLocations(dice) : null,
      ifShort: isPartial ? 'partial' : 'reject',
      paymentReference: ttlSeconds === null ? pick(dice, PAYMENTS) : null,
      ttlSeconds,
      notifyBeforeSeconds: ttlSeconds === null ? null : pick(dice, NOTICES),
    });
  }

  /** One that is held, and takes all or nothing, may wait for it. */
  #maybeInLine(dice: Dice, command: ReserveCommand): ReserveCommand {
    const mayWait = command.ttlSeconds !== null && command.ifShort === 'reject';
    const waits = this.#options.isCrowded ? !onceIn(dice, 4) : onceIn(dice, 4);
    return mayWait && waits ? { ...command, ifShort: 'wait', wait: waitTerms(dice) } : command;
  }

  /** Mostly of a new id; now and then of one that is known, or that was made too long ago. */
  #putReservation(dice: Dice): Command {
    const wanted = this.#maybeInLine(dice, this.#reserve(dice));
    const known = onceIn(dice, 4) ? this.#names.reservation(dice, []) : null;
    const id = known?.asked.reservationId ?? (onceIn(dice, 8) ? tooOld(wanted.reservationId) : null);
    const { reservationId, lines, ...rest } = wanted;
    const content = JSON.stringify([lines, rest]);
    return putReservation(id ?? reservationId, lines, rest, content);
  }

  #putCart(dice: Dice, now: number): Command {
    const cartId = pick(dice, this.#options.carts);
    const of = this.#ledger.reservations.findLast((each) => isHeldBy(cartId, each)) ?? null;
    const { ttlSeconds, sourcing, storeId } = this.#reserve(dice);
    const wait = onceIn(dice, 3) ? waitTerms(dice) : undefined;
    const rules = changeRules(dice, { of, names: this.#names, now });
    const lines = onceIn(dice, 6) ? [] : wantedLines(dice, { of, names: this.#names });
    return putCart(cartId, lines, {
      ...rules,
      orderId: onceIn(dice, 4) ? pick(dice, ORDERS) : null,
      customerId: pick(dice, CUSTOMERS),
      source: pick(dice, [undefined, undefined, null, 'app']),
      metadata: pick(dice, CART_METADATA),
      notifyBeforeSeconds: pick(dice, [undefined, ...NOTICES]),
      create: {
        reservationId: this.#newId(),
        storeId,
        sourcing: rules.ifShort === 'partial' ? 'split' : sourcing,
        ttlSeconds: ttlSeconds ?? 60,
        wait,
      },
    });
  }

  /** Of a reservation that never was. */
  #someId(dice: Dice): string {
    const id = this.#newId();
    return onceIn(dice, 3) ? tooOld(id) : id;
  }

  #setStock(dice: Dice): SetStockCommand {
    const promised = onceIn(dice, 2) ? this.#names.promised(dice) : null;
    const at = promised ?? { sku: this.#names.sku(dice), location: this.#names.location(dice) };
    const [, reserved, allocated] = this.#ledger.counters(at.sku, at.location);
    const most = promised ? reserved + allocated : 2 * UNITS_MAX;
    return setStock(at.sku, onceIn(dice, 3) ? 0 : dice.whole(0, most), at.location, {
      safetyStock: pick(dice, [null, null, 0, 2]),
      backorderLimit: pick(dice, [null, null, null, null, 0, 3]),
      reason: 'counted',
      ifVersion: pick(dice, [null, null, null, 'any', 'none', [0], [1, 2]]),
    });
  }

  #adjustStock(dice: Dice): Command {
    if (onceIn(dice, 3)) return this.#moveStock(dice);
    const lines = Array.from({ length: dice.whole(1, 3) }, () => {
      const delta = dice.whole(1, UNITS_MAX) * pick(dice, [1, -1]);
      return adjustment(this.#names.sku(dice), delta, this.#names.location(dice));
    });
    return adjustStock(...lines);
  }

  /** Moves units from one location to another, promised ones too: the first may become short. */
  #moveStock(dice: Dice): Command {
    const [sku, units] = [this.#names.sku(dice), dice.whole(1, UNITS_MAX)];
    return adjustStock(
      ...[units, -units].map((delta) => adjustment(sku, delta, this.#names.location(dice), 'moved')),
    );
  }

  #transferStock(dice: Dice): Command {
    const lines = Array.from({ length: dice.whole(1, 2) }, () =>
      transfer(
        this.#names.sku(dice),
        dice.whole(1, UNITS_MAX),
        this.#names.location(dice),
        this.#names.location(dice),
      ),
    );
    return transferStock(...lines);
  }

  /** The same command; where it has parts, they may come in another order. */
  #again(dice: Dice, command: Command): Command {
    if (command.kind === 'put-cart') {
      return { ...command, create: { ...command.create, reservationId: this.#newId() } };
    }
    if (!('parts' in command) || command.parts === null || onceIn(dice, 2)) return command;
    return command.kind === 'return'
      ? { ...command, parts: command.parts.toReversed() }
      : { ...command, parts: command.parts.toReversed() };
  }
}

const waitTerms = (dice: Dice): WaitTerms => ({
  waitSeconds: pick(dice, [60, 900, 3_600]),
  priority: pick(dice, [0, 0, 1, 9]),
  waitersMax: pick(dice, [4, 100]),
});

function isHeldBy(cartId: string, { asked, status }: NaiveReservation): boolean {
  return asked.cartId === cartId && (status === 'held' || status === 'waiting');
}

/** The id as if it were of another age. */
function tooOld(id: string): string {
  return `0190${id.slice(4)}`;
}

/** Few orders are cancelled, as nothing happens to an order after that. */
function orderEvent(dice: Dice): Command {
  const orderId = pick(dice, ORDERS);
  if (onceIn(dice, 5)) return orderCancelled(orderId);
  const onExpired = pick(dice, ['reject', 'reacquire'] as const);
  return orderPaid(orderId, { paymentReference: pick(dice, PAYMENTS), onExpired });
}

/**
 * How long the clock runs until the next commands: often not at all, or up to the very end of a hold.
 * Milliseconds.
 */
export function randomWait(dice: Dice, ledger: NaiveLedger, now: number): number {
  const ends = ledger.reservations.flatMap(({ status, expiresAt, waitingUntil }) => {
    if (status === 'held') return expiresAt ?? [];
    return status === 'waiting' ? (waitingUntil ?? []) : [];
  });
  const toTheEnd = ends.length > 0 ? Math.max(0, pick(dice, ends) - now) : 0;
  return pick(dice, [0, 0, 0, 1, 30_000, 59_999, toTheEnd, toTheEnd, Math.max(0, toTheEnd - 1)]);
}
