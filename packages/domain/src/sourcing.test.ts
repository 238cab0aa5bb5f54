import { line } from '@holdfast/testing/vocabulary';
import { level } from './fixtures/scenario.ts';
import { source, type SourcingRules, type WantedLine } from './sourcing.ts';
import { available, shortfall, type StockLevel } from './stock-level.ts';

/** `[location, quantity]` of each line, or the short lines. */
function sourced(
  lines: readonly WantedLine[],
  levels: readonly StockLevel[],
  sourcing: SourcingRules['sourcing'] = 'split',
  rest: Partial<SourcingRules> = {},
) {
  const rules = { sourcing, locations: null, ...rest };
  const result = source(lines, (sku) => levels.filter((each) => each.sku === sku), rules);
  if (!result.ok) return { short: result.short };
  return result.allocations.map((each) => each.map(({ location, quantity }) => [location, quantity]));
}

describe('what is available', () => {
  test('is on hand less what is promised and the safety stock', () => {
    expect(available(level('MUG', 10, 'EAST', { reserved: 2, allocated: 3, safetyStock: 1 }))).toBe(4);
  });

  test('is never below zero: what is missing is a shortfall', () => {
    const short = level('MUG', 2, 'EAST', { reserved: 2, allocated: 3, safetyStock: 1 });
    expect(available(short)).toBe(0);
    expect(shortfall(short)).toBe(3);
    expect(shortfall(level('MUG', 5, 'EAST', { reserved: 2, allocated: 3, safetyStock: 9 }))).toBe(0);
  });
});

describe('split', () => {
  test('takes locations by priority, then by name, as many as it takes', () => {
    const levels = [
      level('MUG', 2, 'B'),
      level('MUG', 2, 'A'),
      level('MUG', 2, 'C', { priority: 1 }),
      level('MUG', 2, 'D', { priority: 200 }),
    ];
    expect(sourced([line('MUG', 5)], levels)).toEqual([
      [
        ['C', 2],
        ['A', 2],
        ['B', 1],
      ],
    ]);
  });

  test('passes over a location that has nothing, and one whose safety stock covers all', () => {
    const levels = [level('MUG', 0, 'A'), level('MUG', 3, 'B', { safetyStock: 3 }), level('MUG', 1, 'C')];
    expect(sourced([line('MUG', 1)], levels)).toEqual([[['C', 1]]]);
  });

  test('takes nothing from an inactive location', () => {
    const levels = [level('MUG', 9, 'A', { active: false }), level('MUG', 1, 'B')];
    expect(sourced([line('MUG', 1)], levels)).toEqual([[['B', 1]]]);
    expect(sourced([line('MUG', 2)], levels)).toEqual({
      short: [{ sku: 'MUG', requested: 2, available: 1 }],
    });
    expect(sourced([line('MUG', 1, 'A')], levels)).toEqual({
      short: [{ sku: 'MUG', location: 'A', requested: 1, available: 0 }],
    });
  });

  test('lets pinned lines choose first, wherever they stand', () => {
    const levels = [level('MUG', 3, 'A'), level('MUG', 3, 'B')];
    expect(sourced([line('MUG', 3), line('MUG', 2, 'A')], levels)).toEqual([
      [
        ['A', 1],
        ['B', 2],
      ],
      [['A', 2]],
    ]);
  });

  test('says of all locations together what there was', () => {
    const levels = [level('MUG', 3, 'A'), level('MUG', 4, 'B')];
    expect(sourced([line('MUG', 9)], levels)).toEqual({
      short: [{ sku: 'MUG', requested: 9, available: 7 }],
    });
  });
});

describe('no_split', () => {
  const levels = [level('MUG', 3, 'A'), level('MUG', 5, 'B'), level('MUG', 5, 'C')];

  test('takes each line whole from the first location that has it', () => {
    expect(sourced([line('MUG', 4)], levels, 'no_split')).toEqual([[['B', 4]]]);
    expect(sourced([line('MUG', 3)], levels, 'no_split')).toEqual([[['A', 3]]]);
  });

  test('may take different lines from different locations', () => {
    const more = [...levels, level('TEE', 1, 'C')];
    expect(sourced([line('MUG', 3), line('TEE', 1)], more, 'no_split')).toEqual([[['A', 3]], [['C', 1]]]);
  });

  test('lets a pinned line choose first, and the other find the rest', () => {
    expect(sourced([line('MUG', 3), line('MUG', 1, 'A')], levels, 'no_split')).toEqual([
      [['B', 3]],
      [['A', 1]],
    ]);
  });

  test('is short when only several together had it, and says the most that one has', () => {
    expect(sourced([line('MUG', 6)], levels, 'no_split')).toEqual({
      short: [{ sku: 'MUG', requested: 6, available: 5 }],
    });
  });
});

describe('single_location', () => {
  const levels = [
    level('MUG', 9, 'A'),
    level('MUG', 2, 'B'),
    level('MUG', 9, 'C'),
    level('TEE', 2, 'B'),
    level('TEE', 2, 'C', { reserved: 1 }),
  ];

  test('takes all from the first location that has everything', () => {
    expect(sourced([line('MUG', 2), line('TEE', 1)], levels, 'single_location')).toEqual([
      [['B', 2]],
      [['B', 1]],
    ]);
    expect(sourced([line('MUG', 3), line('TEE', 1)], levels, 'single_location')).toEqual([
      [['C', 3]],
      [['C', 1]],
    ]);
  });

  test('is where the pin is', () => {
    expect(sourced([line('MUG', 1, 'C'), line('TEE', 1)], levels, 'single_location')).toEqual([
      [['C', 1]],
      [['C', 1]],
    ]);
  });

  test('adds up the lines of one SKU, pinned and not', () => {
    expect(sourced([line('MUG', 5), line('MUG', 5, 'C')], levels, 'single_location')).toMatchObject({
      short: [{ sku: 'MUG', requested: 5, available: expect.any(Number) }],
    });
  });

  test('is short with two pins to two places', () => {
    expect(sourced([line('MUG', 1, 'A'), line('TEE', 1, 'B')], levels, 'single_location')).toHaveProperty(
      'short',
    );
  });

  test('names what is short at the location that comes closest', () => {
    expect(sourced([line('MUG', 3), line('TEE', 2), line('MUG', 1, 'B')], levels, 'single_location')).toEqual(
      {
        short: [{ sku: 'MUG', requested: 3, available: 2 }],
      },
    );
  });

  test('names, with as many short lines, the location where less is missing', () => {
    const two = [level('MUG', 1, 'A'), level('MUG', 4, 'B')];
    expect(sourced([line('MUG', 5)], two, 'single_location')).toEqual({
      short: [{ sku: 'MUG', requested: 5, available: 4 }],
    });
  });

  test('never is an inactive one', () => {
    const closed = [level('MUG', 9, 'A', { active: false }), level('MUG', 1, 'B')];
    expect(sourced([line('MUG', 2)], closed, 'single_location')).toEqual({
      short: [{ sku: 'MUG', requested: 2, available: 1 }],
    });
    expect(sourced([line('MUG', 1)], [], 'single_location')).toEqual({
      short: [{ sku: 'MUG', requested: 1, available: 0 }],
    });
  });
});

describe('prefer_single_location', () => {
  const levels = [level('MUG', 3, 'A'), level('MUG', 4, 'B'), level('TEE', 2, 'B')];

  test('takes all from one location that has all, also if others come first', () => {
    expect(sourced([line('MUG', 3), line('TEE', 1)], levels, 'prefer_single_location')).toEqual([
      [['B', 3]],
      [['B', 1]],
    ]);
  });

  test('splits when none has all', () => {
    expect(sourced([line('MUG', 5), line('TEE', 1)], levels, 'prefer_single_location')).toEqual([
      [
        ['A', 3],
        ['B', 2],
      ],
      [['B', 1]],
    ]);
  });

  test('is short only of what all locations together lack', () => {
    expect(sourced([line('MUG', 8), line('TEE', 1)], levels, 'prefer_single_location')).toEqual({
      short: [{ sku: 'MUG', requested: 8, available: 7 }],
    });
  });
});

const listed = (...locations: readonly string[]) => ({ locations });

describe('listed locations', () => {
  const levels = [
    level('MUG', 3, 'A', { priority: 1 }),
    level('MUG', 5, 'B', { priority: 2 }),
    level('MUG', 5, 'C', { priority: 3, active: false }),
    level('MUG', 5, 'D', { priority: 4 }),
  ];

  test('give in the order of the list, whatever their priority', () => {
    expect(sourced([line('MUG', 7)], levels, 'split', listed('D', 'A'))).toEqual([
      [
        ['D', 5],
        ['A', 2],
      ],
    ]);
    expect(sourced([line('MUG', 3)], levels, 'no_split', listed('D', 'A'))).toEqual([[['D', 3]]]);
    expect(sourced([line('MUG', 3)], levels, 'single_location', listed('D', 'A'))).toEqual([[['D', 3]]]);
    expect(sourced([line('MUG', 3)], levels, 'prefer_single_location', listed('D', 'A'))).toEqual([
      [['D', 3]],
    ]);
  });

  test('are the only ones that give, and an inactive one gives nothing', () => {
    expect(sourced([line('MUG', 9)], levels, 'split', listed('A', 'C', 'B'))).toEqual({
      short: [{ sku: 'MUG', requested: 9, available: 8 }],
    });
    expect(sourced([line('MUG', 4)], levels, 'single_location', listed('C', 'A'))).toEqual({
      short: [{ sku: 'MUG', requested: 4, available: 3 }],
    });
    expect(sourced([line('MUG', 1)], levels, 'split', listed('NONE'))).toEqual({
      short: [{ sku: 'MUG', requested: 1, available: 0 }],
    });
  });

  test('give nothing to a line that is pinned elsewhere', () => {
    expect(sourced([line('MUG', 1, 'D')], levels, 'split', listed('A', 'B'))).toEqual({
      short: [{ sku: 'MUG', location: 'D', requested: 1, available: 0 }],
    });
  });

  test('give no unit that is owed at a location that is not listed', () => {
    const owing = [...levels, level('MUG', 0, 'E', { reserved: 10 })];
    expect(sourced([line('MUG', 4)], owing, 'split', listed('B'))).toEqual({
      short: [{ sku: 'MUG', requested: 4, available: 3 }],
    });
    expect(sourced([line('MUG', 4, 'B')], owing, 'single_location', listed('B'))).toEqual({
      short: [{ sku: 'MUG', location: 'B', requested: 4, available: 3 }],
    });
  });
});

describe('what there is', () => {
  const levels = [level('MUG', 3, 'A'), level('MUG', 4, 'B'), level('TEE', 0, 'A')];
  const partial = { ifShort: 'partial' } as const;

  test('is taken of each line, pinned ones first', () => {
    expect(sourced([line('MUG', 9), line('MUG', 5, 'A'), line('TEE', 1)], levels, 'split', partial)).toEqual([
      [['B', 4]],
      [['A', 3]],
      [],
    ]);
  });

  test('is everything where nothing is short', () => {
    const lines = [line('MUG', 4), line('MUG', 2, 'B')];
    expect(sourced(lines, levels, 'split', partial)).toEqual(sourced(lines, levels));
  });

  test('is refused when it is nothing at all', () => {
    expect(sourced([line('TEE', 1), line('TEE', 2, 'B')], levels, 'split', partial)).toEqual({
      short: [
        { sku: 'TEE', location: 'B', requested: 2, available: 0 },
        { sku: 'TEE', requested: 1, available: 0 },
      ],
    });
  });

  test('is not more than may be promised', () => {
    const owing = [...levels, level('MUG', 0, 'E', { allocated: 5 })];
    expect(sourced([line('MUG', 9)], owing, 'split', partial)).toEqual([[['A', 2]]]);
  });
});
