import { line, reserve } from '@holdfast/testing/vocabulary';
import { level, Scenario } from './fixtures/scenario.ts';
import { quote, type QuoteRequest } from './quote.ts';
import { skuWith, type Sku, type StockLevel } from './stock-level.ts';

const LEVELS = [
  level('MUG', 3, 'EAST', { priority: 1 }),
  level('MUG', 4, 'WEST', { priority: 2 }),
  level('TEE', 2, 'WEST', { priority: 2 }),
];

function quoted(
  lines: QuoteRequest['lines'],
  rest: Partial<QuoteRequest> = {},
  levels: readonly StockLevel[] = LEVELS,
  paused: readonly Sku['sku'][] = [],
) {
  const skus = new Map(
    levels.map(({ sku }) => [
      sku,
      skuWith({ sku, maxPerReservation: sku === 'TEE' ? 5 : null, active: !paused.includes(sku) }),
    ]),
  );
  return quote(
    { lines, sourcing: 'split', locations: null, ...rest },
    {
      skus,
      locations: new Set(levels.map(({ location }) => location)),
      levelsOf: (sku) => levels.filter((each) => each.sku === sku),
    },
  );
}

describe('a quote', () => {
  test('of a paused SKU finds nothing', () => {
    expect(quoted([line('MUG', 2), line('TEE', 1)], {}, LEVELS, ['MUG'])).toEqual({
      ok: true,
      possible: false,
      lines: [
        { sku: 'MUG', location: null, requested: 2, available: 0, allocations: [] },
        { sku: 'TEE', location: null, requested: 1, available: 2, allocations: [] },
      ],
    });
  });

  test('names where each line would come from, and how much of it there is', () => {
    expect(quoted([line('MUG', 2), line('TEE', 1), line('MUG', 3)])).toEqual({
      ok: true,
      possible: true,
      lines: [
        {
          sku: 'MUG',
          location: null,
          requested: 5,
          available: 7,
          allocations: [
            { location: 'EAST', quantity: 3 },
            { location: 'WEST', quantity: 2 },
          ],
        },
        {
          sku: 'TEE',
          location: null,
          requested: 1,
          available: 2,
          allocations: [{ location: 'WEST', quantity: 1 }],
        },
      ],
    });
  });

  test('of what is not possible says of a short line what a create would say, and allocates nothing', () => {
    const lines = [line('MUG', 6), line('MUG', 2, 'EAST'), line('TEE', 1)];
    const scenario = new Scenario(LEVELS);
    expect(scenario.submit(reserve('r1', lines)).outcome).toMatchObject({
      refusal: { lines: [{ sku: 'MUG', requested: 6, available: 5 }] },
    });
    expect(quoted(lines)).toMatchObject({
      possible: false,
      lines: [
        { sku: 'MUG', location: null, requested: 6, available: 5, allocations: [] },
        { sku: 'MUG', location: 'EAST', requested: 2, available: 3, allocations: [] },
        { sku: 'TEE', requested: 1, available: 2, allocations: [] },
      ],
    });
  });

  test.each([
    ['no_split', { sourcing: 'no_split' }, 4],
    ['single_location', { sourcing: 'single_location' }, 4],
    ['prefer_single_location', { sourcing: 'prefer_single_location' }, 7],
    ['listed locations', { locations: ['EAST'] }, 3],
  ] as const)('follows the rules of a create: %s', (_what, rest, most) => {
    expect(quoted([line('MUG', most)], rest)).toMatchObject({ possible: true, lines: [{ available: most }] });
    expect(quoted([line('MUG', most + 1)], rest)).toMatchObject({
      possible: false,
      lines: [{ available: most }],
    });
  });

  test.each([
    ['an unknown SKU', [line('NONE', 1)], {}, 'unknown_sku'],
    ['an unknown pin', [line('MUG', 1, 'MOON')], {}, 'unknown_location'],
    ['an unknown location', [line('MUG', 1)], { locations: ['EAST', 'MOON'] }, 'unknown_location'],
    ['more than a reservation may have', [line('TEE', 6)], {}, 'quantity_limit_exceeded'],
  ])('is refused for %s', (_what, lines, rest, code) => {
    expect(quoted(lines, rest)).toMatchObject({ ok: false, refusal: { code } });
  });
});
