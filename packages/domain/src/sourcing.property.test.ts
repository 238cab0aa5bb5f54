import * as fc from 'fast-check';
import { level } from './fixtures/scenario.ts';
import { source, addUpLines, type SourcingRules, type WantedLine } from './sourcing.ts';
import { available, availableOfSku, type StockLevel } from './stock-level.ts';
import { chooseUnits } from './testing/naive-sourcing.ts';

const SKUS = ['MUG', 'TEE'];
const LOCATIONS = ['EAST', 'NORTH', 'WEST'];

/** By name they are in another order than by priority. */
const PRIORITIES = [2, 1, 2];

const levels = fc
  .tuple(
    fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
    fc.array(fc.record({ onHand: fc.nat(14), reserved: fc.nat(5), safetyStock: fc.nat(2) }), {
      minLength: 6,
      maxLength: 6,
    }),
  )
  .map(([active, counters]) =>
    SKUS.flatMap((sku, skuIndex) =>
      LOCATIONS.map((location, index): StockLevel => {
        const { onHand, ...rest } = counters[skuIndex * 3 + index] ?? { onHand: 0 };
        const [priority = 1, isActive = true] = [PRIORITIES[index], active[index]];
        return level(sku, onHand, location, { ...rest, priority, active: isActive });
      }),
    ),
  );

const lines = fc
  .array(
    fc.record({
      sku: fc.constantFrom(...SKUS),
      location: fc.option(fc.constantFrom(...LOCATIONS)),
      quantity: fc.integer({ min: 1, max: 6 }),
    }),
    { minLength: 1, maxLength: 4 },
  )
  .map((some) => addUpLines(some));

const listed = fc.option(fc.shuffledSubarray(LOCATIONS, { minLength: 1 }));

const rules: fc.Arbitrary<SourcingRules> = fc.oneof(
  fc.record({
    sourcing: fc.constantFrom('split', 'no_split', 'single_location', 'prefer_single_location'),
    locations: listed,
    ifShort: fc.constant('reject' as const),
  }),
  fc.record({
    sourcing: fc.constant('split' as const),
    locations: listed,
    ifShort: fc.constant('partial' as const),
  }),
);

const levelsOf = (all: readonly StockLevel[]) => (sku: string) => all.filter((each) => each.sku === sku);

/** The result of a model that chooses unit by unit: `[location, quantity]` of each line. */
function chosenNaively(wanted: readonly WantedLine[], all: readonly StockLevel[], how: SourcingRules) {
  const places = all
    .filter(({ sku, active }) => sku === 'MUG' && active)
    .toSorted((a, b) => a.priority - b.priority || (a.location < b.location ? -1 : 1))
    .map(({ location }) => location);
  const chosen = chooseUnits(wanted, how, {
    locations: how.locations?.filter((each) => places.includes(each)) ?? places,
    available: (sku, location) =>
      all.filter((each) => each.sku === sku && each.location === location).map(available)[0] ?? 0,
    unowed: (sku) => availableOfSku(levelsOf(all)(sku)),
  });
  if ('short' in chosen) return { short: chosen.short.map(({ of: _index, ...short }) => short) };
  return wanted.map((_line, index) => {
    const mine = chosen.units.filter(({ line }) => line === index).map(({ location }) => location);
    return [...new Set(mine)].map((place) => [place, mine.filter((each) => each === place).length]);
  });
}

describe('however lines are sourced, pinned and listed', () => {
  test('they get what choosing unit by unit gets, and are short where that is short', () => {
    let taken = 0;
    fc.assert(
      fc.property(lines, levels, rules, (wanted, all, how) => {
        const result = source(wanted, levelsOf(all), how);
        if (result.ok) taken += 1;
        expect(
          result.ok
            ? result.allocations.map((each) => each.map(({ location, quantity }) => [location, quantity]))
            : { short: result.short },
        ).toEqual(chosenNaively(wanted, all, how));
      }),
      { numRuns: 1_500 },
    );
    expect(taken).toBeGreaterThan(300);
  });

  test('they get no more of a SKU than may be promised, and of a level than it has', () => {
    fc.assert(
      fc.property(lines, levels, rules, (wanted, all, how) => {
        const result = source(wanted, levelsOf(all), how);
        if (!result.ok) return;
        const given = wanted.flatMap(({ sku, location: pin, quantity: most }, index) => {
          const mine = result.allocations[index] ?? [];
          const sum = mine.reduce((units, { quantity }) => units + quantity, 0);
          expect(how.ifShort === 'partial' ? sum <= most : sum === most).toBe(true);
          expect(mine.every(({ location }) => pin === null || location === pin)).toBe(true);
          return mine.map(({ location, quantity }) => ({ sku, location, quantity }));
        });
        expect(given.every(({ location }) => how.locations?.includes(location) ?? true)).toBe(true);
        for (const sku of SKUS) {
          const ofSku = given.filter((each) => each.sku === sku);
          const units = ofSku.reduce((sum, { quantity }) => sum + quantity, 0);
          expect(units).toBeLessThanOrEqual(availableOfSku(levelsOf(all)(sku)));
          for (const each of levelsOf(all)(sku)) {
            const here = ofSku.filter(({ location }) => location === each.location);
            const most = each.active ? available(each) : 0;
            expect(here.reduce((sum, { quantity }) => sum + quantity, 0)).toBeLessThanOrEqual(most);
          }
        }
      }),
      { numRuns: 1_500 },
    );
  });
});
