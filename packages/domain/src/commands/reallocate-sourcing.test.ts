import { confirm, fulfill, line, move, reallocate, reserve } from '@holdfast/testing/vocabulary';
import { level, Scenario } from '../fixtures/scenario.ts';
import { openUnits } from '../reservation.ts';

const allocationsOf = (scenario: Scenario) =>
  scenario
    .reservation('r1')
    .lines.map(({ allocations }) =>
      allocations.map(({ location, quantity }) => `${location} ${quantity}`).join(', '),
    );

const moved = (scenario: Scenario, ...lines: Parameters<typeof move>[]) =>
  scenario.submit(
    reallocate(
      'r1',
      lines.map((each) => move(...each)),
    ),
  );

const LEVELS = [
  level('MUG', 4, 'EAST', { priority: 1 }),
  level('MUG', 2, 'WEST', { priority: 2 }),
  level('MUG', 9, 'NORTH', { priority: 3 }),
  level('TEE', 4, 'EAST', { priority: 1 }),
  level('TEE', 1, 'WEST', { priority: 2 }),
  level('TEE', 4, 'NORTH', { priority: 3 }),
];

const scenarioWith = (lines: ReturnType<typeof line>[], rest: object = {}): Scenario =>
  new Scenario(LEVELS).after(reserve('r1', lines, rest));

describe('without `to`, units are sourced anew by the rules of the reservation', () => {
  test.each<[string, object, string[]]>([
    ['split: by priority, and never where they are', {}, ['EAST 1, WEST 2, NORTH 1']],
    ['no_split: each line from one location', { sourcing: 'no_split' }, ['EAST 1, NORTH 3']],
    ['locations: only these, in their order', { locations: ['EAST', 'NORTH', 'WEST'] }, ['EAST 1, NORTH 3']],
  ])('%s', (_what, rest, allocations) => {
    const scenario = scenarioWith([line('MUG', 4)], rest);
    moved(scenario, ['MUG', 'EAST', null, 3]);
    expect(allocationsOf(scenario)).toEqual(allocations);
  });

  test('no_split: units of one line that are named in two parts stay together', () => {
    const scenario = scenarioWith([line('MUG', 4)], { sourcing: 'no_split' });
    moved(scenario, ['MUG', 'EAST', null, 2], ['MUG', 'EAST']);
    expect(allocationsOf(scenario)).toEqual(['NORTH 4']);
  });

  test('single_location: all lines that leave one location go to one', () => {
    const scenario = scenarioWith([line('MUG', 2), line('TEE', 2)], { sourcing: 'single_location' });
    moved(scenario, ['MUG', 'EAST'], ['TEE', 'EAST']);
    expect(allocationsOf(scenario)).toEqual(['NORTH 2', 'NORTH 2']);
  });

  test('a pin holds: its line is not moved, unless the call says where to', () => {
    const scenario = scenarioWith([line('MUG', 2, 'EAST')]);
    expect(moved(scenario, ['MUG', 'EAST']).outcome).toMatchObject({
      refusal: { code: 'insufficient_stock', lines: [{ sku: 'MUG', location: 'EAST', available: 0 }] },
    });
    moved(scenario, ['MUG', 'EAST', 'NORTH']);
    expect(allocationsOf(scenario)).toEqual(['NORTH 2']);
    moved(scenario, ['MUG', 'NORTH']);
    expect(allocationsOf(scenario)).toEqual(['EAST 2']);
  });

  test('of two lines, the one without a pin is moved first', () => {
    const scenario = scenarioWith([line('MUG', 1, 'EAST'), line('MUG', 2)]);
    moved(scenario, ['MUG', 'EAST', null, 2]);
    expect(allocationsOf(scenario)).toEqual(['EAST 1', 'WEST 2']);
  });

  test('what names its target chooses first', () => {
    const scenario = scenarioWith([line('MUG', 4)]);
    moved(scenario, ['MUG', 'EAST', null, 1], ['MUG', 'EAST', 'WEST', 2]);
    expect(allocationsOf(scenario)).toEqual(['EAST 1, WEST 2, NORTH 1']);
  });
});

test('whatever is moved, each SKU has as much on hand and promised as before', () => {
  const scenario = new Scenario(
    ['EAST', 'WEST', 'NORTH'].flatMap((location) => [level('MUG', 6, location), level('TEE', 3, location)]),
  );
  const lines = [line('MUG', 4), line('MUG', 2, 'WEST'), line('TEE', 5)];
  scenario.after(reserve('r1', lines), reserve('r2', [line('MUG', 3)]), confirm('r1'));
  scenario.after(fulfill('r1', [line('MUG', 1), line('TEE', 1)]));
  const totals = () =>
    ['MUG', 'TEE'].map((sku) =>
      ['EAST', 'WEST', 'NORTH']
        .map((location) => scenario.counters(sku, location))
        .reduce((a, b) => [a[0] + b[0], a[1] + b[1], a[2] + b[2]]),
    );
  const before = totals();
  const places = ['EAST', 'WEST', 'NORTH'];
  let done = 0;
  for (let round = 0; round < 300; round += 1) {
    const at = (step: number) => places[Math.floor(round / step) % 3] ?? 'EAST';
    const quantity = round % 4 === 0 ? null : (round % 3) + 1;
    const call = reallocate(round % 5 === 0 ? 'r2' : 'r1', [
      move(round % 2 === 0 ? 'MUG' : 'TEE', at(1), round % 7 === 0 ? null : at(5), quantity),
    ]);
    done += scenario.submit(call).outcome.ok ? 1 : 0;
    expect(totals()).toEqual(before);
  }
  expect(done).toBeGreaterThan(30);
  expect(openUnits(scenario.reservation('r1')).reduce((sum, { quantity }) => sum + quantity, 0)).toBe(9);
});
