import type { AdjustStockCommand } from '../commands/adjust-stock.ts';
import type { DeleteStockLevelCommand } from '../commands/delete-stock-level.ts';
import type { IfVersion } from '../commands/if-version.ts';
import type { PatchStockCommand } from '../commands/patch-stock.ts';
import type { SetStockCommand } from '../commands/set-stock.ts';
import type { TransferStockCommand } from '../commands/transfer-stock.ts';
import { skuWith, type LevelName, type Sku, type StockLevel } from '../stock-level.ts';
import { no, type Expected } from './expected.ts';
import { skuOf, withFate, type NaiveReservation } from './naive-reservation.ts';

interface NaiveLevel {
  onHand: number;
  safetyStock: number;
  backorderLimit: number;
  version: number;
  /** It was set before and deleted: when it is set again, it gets the next version. */
  isDeleted?: boolean;
}

const NO_UNITS = { onHand: 0, safetyStock: 0, backorderLimit: 0 };

/** The units on hand, the promised ones unit by unit, and the changes of a level without a reservation. */
export class NaiveLevels {
  readonly skus: Map<string, Sku>;
  /** In sourcing order. */
  readonly locations: readonly Pick<StockLevel, 'location' | 'active'>[];
  /** Oldest first. */
  readonly reservations: NaiveReservation[] = [];
  readonly #levels = new Map<string, NaiveLevel>();

  constructor(levels: readonly StockLevel[], skus: readonly Sku[]) {
    const named = levels.map(({ sku }) => skuWith({ sku }));
    this.skus = new Map([...named, ...skus].map((each) => [each.sku, each]));
    const locations = [...new Map(levels.map((each) => [each.location, each])).values()];
    this.locations = locations
      .toSorted((one, other) => (one.location < other.location ? -1 : 1))
      .toSorted((one, other) => one.priority - other.priority);
    for (const { sku, location, onHand, safetyStock, backorderLimit, version } of levels) {
      this.#levels.set(`${sku}/${location}`, { onHand, safetyStock, backorderLimit, version });
    }
  }

  hasLocation(location: string): boolean {
    return this.locations.some((each) => each.location === location);
  }

  /** `[on_hand, reserved, allocated]` */
  counters(sku: string, location: string): readonly [number, number, number] {
    const units = this.reservations.flatMap((reservation) =>
      reservation.units.filter((unit) => unit.location === location && skuOf(reservation, unit) === sku),
    );
    const onHand = this.level(sku, location).onHand;
    return [onHand, withFate(units, 'held').length, withFate(units, 'sold').length];
  }

  set(command: SetStockCommand): Expected {
    const { sku, location, onHand, ifVersion } = command;
    if (!this.skus.has(sku)) return no('sku_not_found');
    if (!this.hasLocation(location)) return no('location_not_found');
    const { version, ...before } = this.level(sku, location);
    const isThere = this.#isThere(sku, location);
    if (!this.#isAllowed(command, ifVersion)) return no('version_conflict');
    const level = {
      onHand,
      safetyStock: command.safetyStock ?? before.safetyStock,
      backorderLimit: command.backorderLimit ?? before.backorderLimit,
      version: version + 1,
    };
    this.#levels.set(`${sku}/${location}`, level);
    return { ok: true, level: this.#show(sku, location), created: !isThere };
  }

  /** Only a change raises `version`. */
  patch(command: PatchStockCommand): Expected {
    const { sku, location, ifVersion } = command;
    const refused = this.#refusePath(command, ifVersion);
    if (refused) return refused;
    const before = this.level(sku, location);
    const onHand = command.onHand ?? before.onHand;
    const safetyStock = command.safetyStock ?? before.safetyStock;
    const backorderLimit = command.backorderLimit ?? before.backorderLimit;
    const isSame =
      onHand === before.onHand &&
      safetyStock === before.safetyStock &&
      backorderLimit === before.backorderLimit;
    const version = isSame ? before.version : before.version + 1;
    this.#levels.set(`${sku}/${location}`, { onHand, safetyStock, backorderLimit, version });
    return { ok: true, level: this.#show(sku, location), created: false };
  }

  /** For a level without units: its version continues when it is set again. */
  remove(command: DeleteStockLevelCommand): Expected {
    const { sku, location, ifVersion } = command;
    const refused = this.#refusePath(command, ifVersion);
    if (refused) return refused;
    if (this.counters(sku, location).some((units) => units > 0)) return no('in_use');
    const { version } = this.level(sku, location);
    this.#levels.set(`${sku}/${location}`, { ...NO_UNITS, version, isDeleted: true });
    return { ok: true, deleted: true };
  }

  #refusePath({ sku, location }: LevelName, ifVersion: IfVersion): Expected | null {
    if (!this.skus.has(sku)) return no('sku_not_found');
    if (!this.hasLocation(location)) return no('location_not_found');
    if (!this.#isAllowed({ sku, location }, ifVersion)) return no('version_conflict');
    return this.#isThere(sku, location) ? null : no('not_found');
  }

  #isThere(sku: string, location: string): boolean {
    const { version, isDeleted = false } = this.level(sku, location);
    return version > 0 && !isDeleted;
  }

  #isAllowed({ sku, location }: LevelName, ifVersion: IfVersion): boolean {
    if (ifVersion === null) return true;
    if (!this.#isThere(sku, location)) return ifVersion === 'none';
    return ifVersion === 'any' || [ifVersion].flat().includes(this.level(sku, location).version);
  }

  /** Units that leave a level must be there before any arrive. Each line is a change of two levels. */
  transfer({ lines }: TransferStockCommand): Expected {
    for (const { sku, from, to } of lines) {
      if (!this.skus.has(sku)) return no('unknown_sku');
      if (!this.hasLocation(from) || !this.hasLocation(to)) return no('unknown_location');
    }
    const names = new Map(
      lines.flatMap(({ sku, from, to }) =>
        [from, to].map((location) => [`${sku}/${location}`, { sku, location }] as const),
      ),
    );
    const short = [...names.values()].flatMap(({ sku, location }) => {
      const leaving = lines.filter((each) => each.sku === sku && each.from === location);
      const requested = leaving.reduce((sum, { quantity }) => sum + quantity, 0);
      const [onHand, reserved, allocated] = this.counters(sku, location);
      const available = Math.max(0, onHand - reserved - allocated);
      return requested > available ? [{ sku, location, requested, available }] : [];
    });
    if (short.length > 0) return no('insufficient_stock', null, short);
    for (const { sku, from, to, quantity } of lines) {
      this.#change(sku, from, -quantity);
      this.#change(sku, to, quantity);
    }
    return { ok: true, levels: [...names.values()].map(({ sku, location }) => this.#show(sku, location)) };
  }

  #change(sku: string, location: string, units: number): void {
    const { isDeleted: _, ...level } = this.level(sku, location);
    const [onHand, version] = [level.onHand + units, level.version + 1];
    this.#levels.set(`${sku}/${location}`, { ...level, onHand, version });
  }

  /** Each line is a change of its level, so its `version` rises by as many. */
  adjust({ lines }: AdjustStockCommand): Expected {
    for (const { sku, location } of lines) {
      if (!this.skus.has(sku)) return no('unknown_sku');
      if (!this.hasLocation(location)) return no('unknown_location');
    }
    const names = [...new Set(lines.map(({ sku, location }) => `${sku}/${location}`))];
    const after = names.map((name) => {
      const own = lines.filter(({ sku, location }) => `${sku}/${location}` === name);
      const [{ sku, location } = { sku: '', location: '' }] = own;
      const before = this.level(sku, location);
      const { onHand, version } = before;
      const delta = own.reduce((sum, each) => sum + each.delta, 0);
      const level = { ...before, onHand: onHand + delta, version: version + own.length, isDeleted: false };
      return { sku, location, delta, onHand, level };
    });
    const short = after
      .filter(({ level }) => level.onHand < 0)
      .map(({ sku, location, delta, onHand }) => ({ sku, location, requested: -delta, available: onHand }));
    if (short.length > 0) return no('insufficient_stock', null, short);
    for (const { sku, location, level } of after) this.#levels.set(`${sku}/${location}`, level);
    return { ok: true, levels: after.map(({ sku, location }) => this.#show(sku, location)) };
  }

  #show(sku: string, location: string) {
    const { safetyStock, backorderLimit, version } = this.level(sku, location);
    const [on_hand, , allocated] = this.counters(sku, location);
    const limits = { safety_stock: safetyStock, backorder_limit: backorderLimit };
    return { sku, location, on_hand, allocated, ...limits, version };
  }

  /** Version 0: it was never set. */
  protected level(sku: string, location: string): NaiveLevel {
    const name = `${sku}/${location}`;
    const level = this.#levels.get(name) ?? {
      onHand: 0,
      safetyStock: 0,
      backorderLimit: 0,
      version: 0,
    };
    if (this.skus.has(sku) && this.hasLocation(location)) this.#levels.set(name, level);
    return level;
  }
}
