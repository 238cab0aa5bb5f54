import * as fc from 'fast-check';
import { decide } from './decide.ts';
import { Lives } from './fixtures/lives.ts';
import { brokenBy } from './fixtures/promises.ts';
import { countingIds, namedId, level } from './fixtures/commands.ts';
import { Shop } from './fixtures/shop.ts';
import type { StockLevel } from './stock-level.ts';
import { NaiveShop, RandomCommands, randomWait, seededDice, seenIn, type Dice } from './testing/index.ts';

const SKUS = [
  { sku: 'MUG', maxPerReservation: null },
  { sku: 'TEE', maxPerReservation: null },
  { sku: 'HAT', maxPerReservation: 8 },
];
/** Sorted by priority they are in another order than by name. */
const LOCATIONS = [
  { location: 'EAST', priority: 2 },
  { location: 'NORTH', priority: 1 },
  { location: 'WEST', priority: 2 },
];

/** One throw of dice: not worth shrinking, but worth leaving out. */
const seed = fc.noShrink(fc.nat());

/** How much stock there is at first, then batches of commands. A failing story is shrunk by what it can do without. */
const story = fc.record({
  start: seed,
  batches: fc.array(fc.record({ wait: seed, commands: fc.array(seed, { maxLength: 8 }) }), { maxLength: 20 }),
});

function someLevels(dice: Dice): readonly StockLevel[] {
  return LOCATIONS.flatMap(({ location, priority }) => {
    const active = dice.whole(1, 8) > 1;
    return SKUS.map(({ sku }) => {
      const [onHand, safetyStock] = [dice.whole(0, 12), Math.max(0, dice.whole(-4, 2))];
      const version = onHand + safetyStock === 0 ? 0 : 1;
      return level(sku, location, onHand, { priority, active, safetyStock, version });
    });
  });
}

/** @throws always */
function never(): never {
  throw new Error('there are more outcomes than commands');
}

const countersOf = (shop: Shop | NaiveShop, levels: readonly StockLevel[]) =>
  Object.fromEntries(
    levels.map(({ sku, location }) => [`${sku}/${location}`, shop.counters(sku, location)] as const),
  );

describe('whatever is asked for, in whatever order', () => {
  // A failure prints its seed and path; `fc.assert(…, { seed, path })` runs just that story again.
  test('the answers are those of a naive shop that does one thing after the other, and the books add up', () => {
    fc.assert(
      fc.property(story, ({ start, batches }) => {
        const levels = someLevels(seededDice(start));
        const [shop, naive] = [new Shop(levels, SKUS), new NaiveShop(levels, SKUS)];
        const random = new RandomCommands(naive, countingIds());
        const lives = new Lives();
        for (const { wait, commands: throws } of batches) {
          shop.now += randomWait(seededDice(wait), naive, shop.now);
          naive.passTimeUntil(shop.now);
          const asked = throws.map((each) => {
            const command = random.next(seededDice(each), shop.now);
            return { command, expected: naive.answer(command, shop.now) };
          });
          const commands = asked.map(({ command }) => command);
          const before = shop.snapshot;
          const decideNow = () =>
            decide(before, commands, { now: shop.now, newId: countingIds(), idOf: namedId });

          const { outcomes, changes } = decideNow();
          shop.keep(changes);

          expect(
            outcomes.map((outcome, index) => {
              const { command } = asked[index] ?? never();
              return { command, expected: seenIn(outcome, command) };
            }),
          ).toEqual(asked);
          expect(countersOf(shop, levels)).toEqual(countersOf(naive, levels));
          expect([...brokenBy(before, outcomes, changes), ...lives.follow(changes)]).toEqual([]);
          expect(JSON.stringify(decideNow())).toBe(JSON.stringify({ outcomes, changes }));
        }
      }),
      { numRuns: 600 },
    );
  });
});
