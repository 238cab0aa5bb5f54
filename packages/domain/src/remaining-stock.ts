import { inSourcingOrder } from './sourcing-order.ts';
import { available, availableOfSku, type StockLevel } from './stock-level.ts';

/** All levels of a SKU, those at inactive locations too, in any order. */
export type LevelsOf = (sku: string) => readonly StockLevel[];

/** Units that a location can give to a line. */
export interface Offer {
  readonly location: string;
  readonly quantity: number;
}

/** Units that are still free while one reservation is being sourced. */
export class RemainingStock {
  readonly #levelsOf: LevelsOf;
  readonly #locations: readonly string[] | null;
  readonly #skus = new Map<string, RemainingOfSku>();

  /** @param locations the only ones that may give, in this order. Null: all, by priority */
  constructor(levelsOf: LevelsOf, locations: readonly string[] | null) {
    this.#levelsOf = levelsOf;
    this.#locations = locations;
  }

  /** Units of the SKU that may still be promised, from any location. */
  ofSku(sku: string): number {
    return this.#of(sku).units;
  }

  /** Units that each location alone could give to the line, in sourcing order. */
  offers({ sku, location }: { readonly sku: string; readonly location: string | null }): Offer[] {
    const { levels, units, taken } = this.#of(sku);
    const pinned = location === null ? levels : levels.filter((level) => level.location === location);
    return inSourcingOrder(pinned, this.#locations).map((level) => ({
      location: level.location,
      quantity: Math.min(freeAt(level, taken), units),
    }));
  }

  take(sku: string, { location, quantity }: Offer): void {
    const remaining = this.#of(sku);
    remaining.units -= quantity;
    remaining.taken.set(location, (remaining.taken.get(location) ?? 0) + quantity);
  }

  #of(sku: string): RemainingOfSku {
    const known = this.#skus.get(sku);
    if (known) return known;
    const levels = this.#levelsOf(sku);
    const remaining = { levels, units: availableOfSku(levels), taken: new Map<string, number>() };
    this.#skus.set(sku, remaining);
    return remaining;
  }
}

interface RemainingOfSku {
  readonly levels: readonly StockLevel[];
  /** Units of the SKU that may still be promised. */
  units: number;
  /** By location. */
  readonly taken: Map<string, number>;
}

function freeAt(level: StockLevel, taken: ReadonlyMap<string, number>): number {
  return available(level) - (taken.get(level.location) ?? 0);
}
