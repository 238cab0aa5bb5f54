import { line } from '@holdfast/testing/vocabulary';
import type { LinePart } from '../commands/line-parts.ts';
import type { ReservationStatus } from '../reservation.ts';
import type { WantedLine } from '../sourcing.ts';
import { onceIn, pick, type Dice } from './dice.ts';
import type { NaiveLedger } from './naive-ledger.ts';
import { isOpen, type NaiveReservation } from './naive-reservation.ts';

export const UNITS_MAX = 6;
export const ORDERS = ['o-1', 'o-2', 'o-3'] as const;
export const PAYMENTS = ['why', 'why not', null] as const;
export const CUSTOMERS = ['cu-1', 'cu-2', null] as const;
export const SOURCINGS = ['split', 'split', 'no_split', 'single_location', 'prefer_single_location'] as const;

/** The names in commands: mostly existing ones, sometimes unknown ones. */
export class RandomNames {
  readonly #ledger: NaiveLedger;
  readonly #isCrowded: boolean;

  /** @param isCrowded whether many want few units: each wants a few, and mostly from any location */
  constructor(ledger: NaiveLedger, isCrowded = false) {
    this.#ledger = ledger;
    this.#isCrowded = isCrowded;
  }

  sku(dice: Dice): string {
    return onceIn(dice, 40) ? 'NO-SUCH-SKU' : pick(dice, this.#ledger.skus);
  }

  location(dice: Dice): string {
    return onceIn(dice, 40) ? 'NO-SUCH-PLACE' : pick(dice, this.#ledger.locations);
  }

  /** One or more, each once, in any order. */
  someLocations(dice: Dice): readonly string[] {
    return [...new Set(Array.from({ length: dice.whole(1, 3) }, () => this.location(dice)))];
  }

  line(dice: Dice): WantedLine {
    const isPinned = onceIn(dice, this.#isCrowded ? 8 : 3);
    const most = this.#isCrowded ? 2 : UNITS_MAX;
    return line(this.sku(dice), dice.whole(1, most), isPinned ? this.location(dice) : null);
  }

  /** @param ifWhole how often all is meant: once in so many times */
  parts(dice: Dice, of: NaiveReservation | null, ifWhole = 3): readonly LinePart[] | null {
    if (onceIn(dice, ifWhole)) return null;
    if (of && onceIn(dice, 5)) {
      const taken = of.lines.filter(({ quantity }) => quantity > 0);
      if (taken.length > 0) return taken.map(({ sku, quantity }) => ({ sku, quantity, location: null }));
    }
    if (of && of.units.length > 0 && onceIn(dice, 4)) return someAndTheRest(dice, of);
    return this.someParts(dice, of);
  }

  someParts(dice: Dice, of: NaiveReservation | null): readonly LinePart[] {
    return Array.from({ length: dice.whole(1, 3) }, () => {
      const unit = of && of.units.length > 0 && !onceIn(dice, 8) ? pick(dice, of.units) : null;
      const alike = of?.units.filter(({ line: index }) => index === unit?.line) ?? [];
      return {
        sku: (unit && of?.lines[unit.line]?.sku) ?? this.sku(dice),
        location: onceIn(dice, 2) ? (unit?.location ?? this.location(dice)) : null,
        quantity: dice.whole(1, Math.max(1, Math.min(alike.length, UNITS_MAX))),
      };
    });
  }

  /**
   * Often one that the verb can change, mostly one of the newest, now and then any, or one that never was.
   */
  reservation(dice: Dice, changedIn: readonly ReservationStatus[]): NaiveReservation | null {
    const all = this.#ledger.reservations;
    if (all.length === 0 || onceIn(dice, 25)) return null;
    const apt = all.filter(({ status }) => changedIn.includes(status));
    if (apt.length > 0 && onceIn(dice, 2)) return pick(dice, onceIn(dice, 2) ? apt : apt.slice(-3));
    return pick(dice, onceIn(dice, 4) ? all : all.slice(-4));
  }

  /** A level with promised units: a lower count makes it short. */
  promised(dice: Dice): { readonly sku: string; readonly location: string } | null {
    const open = this.#ledger.reservations.flatMap(({ lines, units }) =>
      units.filter(isOpen).map(({ line: index, location }) => ({ sku: lines[index]?.sku ?? '', location })),
    );
    return open.length > 0 ? pick(dice, open) : null;
  }
}

/** All of a line: some from any location, the rest from one location. */
function someAndTheRest(dice: Dice, { lines, units }: NaiveReservation): readonly LinePart[] {
  const { line: index, location } = pick(dice, units);
  const sku = lines[index]?.sku ?? '';
  const mine = units.filter((unit) => unit.line === index);
  const all = mine.length;
  const rest = dice.whole(1, mine.filter((unit) => unit.location === location).length);
  const named = { sku, location, quantity: rest };
  return all === rest ? [named] : [{ sku, location: null, quantity: all - rest }, named];
}
