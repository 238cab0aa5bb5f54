import * as fc from 'fast-check';
import type { Command } from './commands.ts';
import { decide } from './decide.ts';
import { idOf } from './fixtures/client-ids.ts';
import { Lives } from './fixtures/lives.ts';
import { brokenBy } from './fixtures/promises.ts';
import { countingIds, namedId, level, Scenario } from './fixtures/scenario.ts';
import type { Snapshot } from './snapshot.ts';
import { available, shortfall, skuWith, type Sku, type StockLevel } from './stock-level.ts';
import {
  NaiveLedger,
  onceIn,
  pick,
  RandomCommands,
  randomWait,
  seededDice,
  seenIn,
  type Dice,
} from './testing/index.ts';

const SKUS = [
  skuWith({ sku: 'MUG' }),
  skuWith({ sku: 'TEE', maxPerCustomer: 7, customerLimitSince: 0 }),
  skuWith({ sku: 'HAT', maxPerReservation: 8 }),
];
/** Sorted by priority they are in another order than by name. */
const LOCATIONS = [
  { location: 'EAST', priority: 2 },
  { location: 'NORTH', priority: 1 },
  { location: 'WEST', priority: 2 },
];

/** One throw of dice: not worth shrinking, but worth leaving out. */
const seed = fc.noShrink(fc.nat());

/**
 * How much stock there is at first, then batches of commands. A failing story is shortened: steps that the failure does
 * not need are removed.
 */
const story = (batchesMin: number) =>
  fc.record({
    start: seed,
    batches: fc.array(
      fc.record({
        wait: seed,
        settings: seed,
        commands: fc.array(seed, { minLength: Math.min(3, batchesMin), maxLength: 8 }),
      }),
      { minLength: batchesMin, maxLength: 20 },
    ),
  });

function someLevels(dice: Dice, onHandMax: number): readonly StockLevel[] {
  return LOCATIONS.flatMap(({ location, priority }) => {
    const active = dice.whole(1, 8) > 1;
    return SKUS.map(({ sku }) => {
      const [onHand, safetyStock] = [dice.whole(0, onHandMax), Math.max(0, dice.whole(-4, 2))];
      const version = onHand + safetyStock === 0 ? 0 : 1;
      return level(sku, onHand, location, { priority, active, safetyStock, version });
    });
  });
}

/** Now and then a SKU is paused, or its customers get another limit. */
function someSettings(dice: Dice, now: number): Pick<Sku, 'sku'> & Partial<Sku> {
  const { sku } = pick(dice, SKUS);
  if (dice.whole(1, 4) > 1) return { sku, active: true };
  if (sku === 'MUG') return { sku, active: false };
  return {
    sku,
    maxPerCustomer: pick(dice, [null, 3, 7]),
    customerLimitSince: pick(dice, [0, now]),
  };
}

/** @throws always */
function never(): never {
  throw new Error('there are more outcomes than commands');
}

const countersOf = (scenario: Scenario | NaiveLedger, levels: readonly StockLevel[]) =>
  Object.fromEntries(
    levels.map(({ sku, location }) => [`${sku}/${location}`, scenario.counters(sku, location)] as const),
  );

/** Whether a location lacks units that are promised, while another has some of that SKU for sale. */
const owesElsewhere = ({ levels }: Snapshot): boolean =>
  levels.some(
    (short) => shortfall(short) > 0 && levels.some((each) => each.sku === short.sku && available(each) > 0),
  );

/** The results of stories. */
interface Outcomes {
  createsWhileOwing: number;
  /** Those who waited in line and got their stock. */
  granted: number;
  /** Codes. */
  readonly refused: Set<string>;
}

interface Crowd {
  readonly onHandMax: number;
  readonly isCrowded: boolean;
}

/** Has a naive ledger answer the same stories. @throws when the answers differ */
function compareStories(numRuns: number, { onHandMax, isCrowded }: Crowd): Outcomes {
  const seen: Outcomes = { createsWhileOwing: 0, granted: 0, refused: new Set() };
  fc.assert(
    fc.property(story(isCrowded ? 20 : 0), ({ start, batches }) => {
      const levels = someLevels(seededDice(start), onHandMax);
      const [scenario, naive] = [new Scenario(levels, SKUS), new NaiveLedger(levels, SKUS)];
      let ids = 0;
      const newId = () => idOf(scenario.now, (ids += 1));
      const random = new RandomCommands(naive, newId, { hasOrderEvents: true, isCrowded });
      const lives = new Lives();
      for (const { wait, settings, commands: throws } of batches) {
        const change = someSettings(seededDice(settings), scenario.now);
        if (!isCrowded || onceIn(seededDice(settings), 5)) {
          scenario.putSku(change);
          naive.putSku(change);
        }
        const dice = seededDice(wait);
        // If all waits were short, they would end before a unit comes free.
        const isSoon = isCrowded && dice.whole(1, 3) > 1;
        scenario.now += isSoon ? 1 : randomWait(dice, naive, scenario.now);
        naive.passTimeUntil(scenario.now);
        const asked = throws.map((each) => {
          const command = random.next(seededDice(each), scenario.now);
          return { command, expected: naive.answer(command, scenario.now) };
        });
        const commands = asked.map(({ command }) => command);
        scenario.knowOrders(commands);
        const before = scenario.snapshot;
        const decideNow = () =>
          decide(before, commands, { now: scenario.now, newId: countingIds(), idOf: namedId });

        if (owesElsewhere(before))
          seen.createsWhileOwing += commands.reduce((sum, command) => sum + createsIn(command), 0);

        const { outcomes, changes } = decideNow();
        scenario.keep(changes);
        for (const outcome of outcomes) {
          if (!outcome.ok) seen.refused.add(outcome.refusal.code);
          else if ('granted' in outcome) seen.granted += outcome.granted;
        }

        expect(
          outcomes.map((outcome, index) => {
            const { command } = asked[index] ?? never();
            return { command, expected: seenIn(outcome, command) };
          }),
        ).toEqual(asked);
        expect(countersOf(scenario, levels)).toEqual(countersOf(naive, levels));
        expect([...brokenBy(before, outcomes, changes), ...lives.follow(changes)]).toEqual([]);
        expect(JSON.stringify(decideNow())).toBe(JSON.stringify({ outcomes, changes }));
      }
    }),
    { numRuns },
  );
  return seen;
}

describe('whatever is asked for, in whatever order', () => {
  // A failure prints its seed and path; `fc.assert(…, { seed, path })` runs just that story again.
  test('the answers are those of a naive ledger that does one thing after the other, and the movements add up', () => {
    const { createsWhileOwing, refused } = compareStories(500, { onHandMax: 12, isCrowded: false });
    expect(createsWhileOwing).toBeGreaterThan(50);
    expect([...refused]).toEqual(
      expect.arrayContaining(['customer_required', 'customer_limit_reached', 'sku_inactive']),
    );
  });

  test('they are, too, where many wait in line for a few units', () => {
    const { granted } = compareStories(100, { onHandMax: 3, isCrowded: true });
    expect(granted).toBeGreaterThan(20);
  });
});

function createsIn(command: Command): number {
  if (command.kind === 'reserve-batch') return command.reservations.length;
  return ['reserve', 'put-reservation', 'put-cart', 'replace-lines'].includes(command.kind) ? 1 : 0;
}
