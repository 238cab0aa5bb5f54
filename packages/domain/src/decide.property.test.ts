import * as fc from 'fast-check';
import type { Changes } from './changes.ts';
import type { Command } from './commands.ts';
import { decide } from './decide.ts';
import {
  confirm,
  countingIds,
  expire,
  level,
  line,
  release,
  reserve,
  setStock,
  Shop,
  TTL_SECONDS,
} from './fixtures/shop.ts';
import { available, shortfall, type StockLevel } from './stock-level.ts';

const SKUS = ['MUG', 'TEE', 'HAT'];
const LOCATIONS = ['EAST', 'WEST'];

const sku = fc.constantFrom(...SKUS);
const location = fc.constantFrom(...LOCATIONS);
const place = fc.option(location, { freq: 2 });
const quantity = fc.integer({ min: 1, max: 6 });
const someId = fc.integer({ min: 1, max: 12 }).map((number) => `r${number}`);
const wanted = fc.array(fc.record({ sku, location: place, quantity }), { minLength: 1, maxLength: 4 });

/** Reservations get their ids in the order in which they are asked for: `r1`, `r2`, … */
type Asked = Command | { readonly kind: 'pass-time'; readonly seconds: number };

const asked: fc.Arbitrary<Asked> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .record({
        lines: wanted,
        sourcing: fc.constantFrom('split' as const, 'no_split' as const, 'single_location' as const),
        ttlSeconds: fc.option(fc.constantFrom(60, TTL_SECONDS), { freq: 4 }),
      })
      .map(({ lines, ...rest }) =>
        reserve(
          '',
          lines.map((each) => line(each.sku, each.quantity, each.location)),
          rest,
        ),
      ),
  },
  {
    weight: 3,
    arbitrary: fc
      .record({
        id: someId,
        parts: fc.option(
          fc.array(fc.record({ sku, location: place, quantity }), { minLength: 1, maxLength: 3 }),
        ),
        onExpired: fc.constantFrom('reject' as const, 'reacquire' as const),
      })
      .map(({ id, ...rest }) => confirm(id, rest)),
  },
  { weight: 2, arbitrary: someId.map((id) => release(id)) },
  { weight: 1, arbitrary: someId.map(expire) },
  {
    weight: 1,
    arbitrary: fc
      .record({
        sku,
        location,
        onHand: fc.integer({ min: 0, max: 12 }),
        safetyStock: fc.option(fc.integer({ min: 0, max: 3 })),
      })
      .map(({ sku, location, onHand, safetyStock }) => setStock(sku, location, onHand, { safetyStock })),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(1, 59, 60, 840).map((seconds) => ({ kind: 'pass-time' as const, seconds })),
  },
);

/** Batches of commands, and how much stock there is when the first one comes. */
const story = fc.record({
  onHand: fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 6, maxLength: 6 }),
  batches: fc.array(fc.array(asked, { maxLength: 6 }), { maxLength: 12 }),
});

const nameOf = ({ sku, location }: { readonly sku: string; readonly location: string }) =>
  `${sku}/${location}`;

/** Follows every movement, and finds the first that breaks a promise of the ledger. */
function checkMovements(before: ReadonlyMap<string, StockLevel>, { movements, levels }: Changes): void {
  const sofar = new Map(before);
  for (const movement of movements) {
    const old = sofar.get(nameOf(movement));
    if (!old) throw new Error(`a movement of a level that is not there: ${nameOf(movement)}`);
    const level = {
      ...old,
      onHand: old.onHand + movement.onHandDelta,
      reserved: old.reserved + movement.reservedDelta,
      allocated: old.allocated + movement.allocatedDelta,
      levelSeq: old.levelSeq + 1,
    };
    expect(movement).toMatchObject({
      onHand: level.onHand,
      reserved: level.reserved,
      allocated: level.allocated,
      levelSeq: level.levelSeq,
    });
    expect(Math.min(level.onHand, level.reserved, level.allocated)).toBeGreaterThanOrEqual(0);
    if (movement.kind !== 'set') expect(shortfall(level)).toBeLessThanOrEqual(shortfall(old));
    sofar.set(nameOf(movement), level);
  }
  for (const level of levels) {
    const { onHand, reserved, allocated, levelSeq } = level;
    expect(sofar.get(nameOf(level))).toMatchObject({ onHand, reserved, allocated, levelSeq });
  }
}

/** `reserved` is what live holds hold, `allocated` what confirmed reservations wait for. */
function checkPromises({ levels, reservations }: Shop['snapshot']): void {
  const promised = new Map<string, { reserved: number; allocated: number }>();
  for (const { status, lines } of reservations) {
    for (const { sku, allocations } of lines) {
      for (const { location, quantity } of allocations) {
        const at = nameOf({ sku, location });
        const { reserved, allocated } = promised.get(at) ?? { reserved: 0, allocated: 0 };
        promised.set(at, {
          reserved: reserved + (status === 'held' ? quantity : 0),
          allocated: allocated + (status === 'confirmed' ? quantity : 0),
        });
      }
    }
  }
  for (const level of levels) {
    const { reserved, allocated } = level;
    expect({ at: nameOf(level), reserved, allocated }).toEqual({
      at: nameOf(level),
      ...(promised.get(nameOf(level)) ?? { reserved: 0, allocated: 0 }),
    });
    expect(available(level) === 0 || shortfall(level) === 0).toBe(true);
  }
}

describe('whatever is asked for, in whatever order', () => {
  // A failure prints its seed and path; `fc.assert(…, { seed, path })` runs just that story again.
  test('no counter falls below zero, nothing is sold that is not there, and the books add up', () => {
    fc.assert(
      fc.property(story, ({ onHand, batches }) => {
        const places = SKUS.flatMap((sku) => LOCATIONS.map((location) => ({ sku, location })));
        const shop = new Shop(
          places.map(({ sku, location }, index) => level(sku, location, onHand[index] ?? 0)),
        );
        let reservations = 0;
        for (const batch of batches) {
          const commands: Command[] = [];
          for (const each of batch) {
            if (each.kind === 'pass-time') shop.passTime(each.seconds);
            else if (each.kind === 'reserve')
              commands.push({ ...each, reservationId: `r${(reservations += 1)}` });
            else commands.push(each);
          }
          const { snapshot } = shop;
          const before = new Map(snapshot.levels.map((each) => [nameOf(each), each]));
          const first = decide(snapshot, commands, { now: shop.now, newId: countingIds() });
          expect(decide(snapshot, commands, { now: shop.now, newId: countingIds() })).toEqual(first);

          const { outcomes, changes } = shop.decide(...commands);
          expect(outcomes).toHaveLength(commands.length);
          checkMovements(before, changes);
          checkPromises(shop.snapshot);
        }
      }),
      { numRuns: 150 },
    );
  });
});
