import type { ShortLine } from '../refusals.ts';
import type { SourcingRules, WantedLine } from '../sourcing.ts';
import { NaiveLevels } from './naive-levels.ts';
import { goesFirst, type NaiveWait } from './naive-reservation.ts';
import { skuOf, type NaiveReservation } from './naive-reservation.ts';
import { chooseUnits, type Chosen, type NaiveUnit } from './naive-sourcing.ts';

/** The units that a reservation may be promised, counted unit by unit at each request. */
export class NaiveStock extends NaiveLevels {
  #joined = 0;

  /** @param place in line. Null: none */
  choose(lines: readonly WantedLine[], rules: SourcingRules, place: NaiveWait | null = null): Chosen {
    const active = this.locations.filter((each) => each.active).map(({ location }) => location);
    const available = (sku: string, location: string) => this.#availableTo(place, sku, location);
    const unowed = new Map(lines.map(({ sku }) => [sku, this.unitsFor(sku, place)]));
    return chooseUnits(lines, rules, {
      locations: rules.locations?.filter((each) => active.includes(each)) ?? active,
      available,
      unowed: (sku) => unowed.get(sku) ?? 0,
    });
  }

  /** Like `choose`, but as if no unit were promised or kept back. */
  chooseOfAll(lines: readonly WantedLine[], rules: SourcingRules): Chosen {
    const active = this.locations.filter((each) => each.active).map(({ location }) => location);
    const onHand = (sku: string, location: string) => {
      const level = this.level(sku, location);
      return level.onHand + level.backorderLimit;
    };
    return chooseUnits(
      lines,
      { sourcing: rules.sourcing, locations: rules.locations },
      {
        locations: rules.locations?.filter((each) => active.includes(each)) ?? active,
        available: onHand,
        unowed: (sku) => active.reduce((sum, location) => sum + onHand(sku, location), 0),
      },
    );
  }

  /** The number of the next who joins the line. */
  nextNumber(): number {
    this.#joined += 1;
    return this.#joined;
  }

  /** The units of a location that reservations ahead in line leave. */
  #availableTo(place: NaiveWait | null, sku: string, location: string): number {
    const isTaken = this.reservations.some(
      ({ status, wait }) =>
        status === 'waiting' &&
        wait !== null &&
        goesFirst(wait, place) &&
        wait.short.some((each) => each.sku === sku && (each.location ?? location) === location),
    );
    const isPaused = place !== null && this.skus.get(sku)?.active === false;
    return isTaken || isPaused ? 0 : this.#available(sku, location);
  }

  /** As `choose`, for units that are promised already: they may not go where they come from. */
  chooseElsewhere(lines: readonly WantedLine[], rules: SourcingRules, from: string): Chosen {
    const active = this.locations.filter((each) => each.active).map(({ location }) => location);
    const listed = rules.locations?.filter((each) => active.includes(each)) ?? active;
    return chooseUnits(lines, rules, {
      locations: listed.filter((each) => each !== from),
      available: (sku, location) => this.#available(sku, location),
      unowed: () => Infinity,
    });
  }

  /** Units that a location may be given of those that are promised already. */
  freeAt(sku: string, location: string): number {
    const isActive = this.locations.some((each) => each.location === location && each.active);
    return isActive ? this.#available(sku, location) : 0;
  }

  #available(sku: string, location: string): number {
    const [onHand, reserved, allocated] = this.counters(sku, location);
    const { safetyStock, backorderLimit } = this.level(sku, location);
    return Math.max(0, onHand + backorderLimit - safetyStock - reserved - allocated);
  }

  /**
   * Each promise takes one unit on hand at its location, or one that may be backordered there, or, if none is
   * left, one for sale elsewhere.
   */
  unitsFor(sku: string, place: NaiveWait | null): number {
    const active = this.locations.filter((each) => each.active);
    const forSale = active.flatMap(({ location }) =>
      Array.from({ length: this.#availableTo(place, sku, location) }, () => location),
    );
    for (const { location } of this.locations) {
      const [onHand, reserved, allocated] = this.counters(sku, location);
      for (let promise = 1; promise <= reserved + allocated; promise += 1) {
        if (promise > onHand + this.level(sku, location).backorderLimit) forSale.pop();
      }
    }
    return forSale.length;
  }

  /** The lines of which more is named than is on hand. */
  notOnHand(of: NaiveReservation, named: readonly NaiveUnit[]): readonly ShortLine[] {
    const there: NaiveUnit[] = [];
    for (const unit of named) {
      const sku = skuOf(of, unit);
      const alike = there.filter((each) => each.location === unit.location && skuOf(of, each) === sku);
      if (alike.length < this.level(sku, unit.location).onHand) there.push(unit);
    }
    return of.lines.flatMap(({ sku, location }, index) => {
      const requested = named.filter(({ line }) => line === index).length;
      const available = there.filter(({ line }) => line === index).length;
      const pin = location === null ? {} : { location };
      return available < requested ? [{ sku, ...pin, requested, available }] : [];
    });
  }

  /**
   * Units leave the warehouse. Each allocation that gives some is a change of its level, so its `version`
   * rises.
   */
  takeOut(of: NaiveReservation, named: readonly NaiveUnit[]): void {
    for (const unit of named) {
      unit.fate = 'out';
      this.level(skuOf(of, unit), unit.location).onHand -= 1;
    }
    for (const name of new Set(named.map((unit) => JSON.stringify([unit.line, unit.location])))) {
      const unit = named.find(({ line, location }) => JSON.stringify([line, location]) === name);
      if (unit) this.level(skuOf(of, unit), unit.location).version += 1;
    }
  }

  /** Units come back: one change of each level that gets some. */
  putBack(arrivals: readonly { readonly sku: string; readonly location: string }[]): void {
    for (const { sku, location } of arrivals) {
      const level = this.level(sku, location);
      level.onHand += 1;
      level.isDeleted = false;
    }
    const levels = new Map(arrivals.map((each) => [JSON.stringify([each.sku, each.location]), each]));
    for (const { sku, location } of levels.values()) this.level(sku, location).version += 1;
  }
}
