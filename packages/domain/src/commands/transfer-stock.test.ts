import { available, availableOfSku } from '../stock-level.ts';
import {
  adjustment,
  adjustStock,
  codeOf,
  confirm,
  line,
  reserve,
  transfer,
  transferStock,
} from '@holdfast/testing/vocabulary';
import { level, NOTHING, Scenario } from '../fixtures/scenario.ts';

const newScenario = () =>
  new Scenario([
    level('MUG', 10, 'EAST', { priority: 1, safetyStock: 2 }),
    level('MUG', 0, 'WEST', { version: 0, levelSeq: 0 }),
    level('MUG', 5, 'SHOP', { active: false }),
    level('TEE', 4, 'EAST'),
    level('TEE', 1, 'WEST'),
  ]);

test('units leave one level and come to the other, with a movement each that names the other location', () => {
  const scenario = newScenario();
  const { outcome, changes } = scenario.submit(transferStock(transfer('MUG', 4), transfer('TEE', 1)));
  expect(outcome).toMatchObject({
    ok: true,
    levels: [
      { sku: 'MUG', location: 'EAST', on_hand: 6, version: 2 },
      { sku: 'MUG', location: 'WEST', on_hand: 4, version: 1 },
      { sku: 'TEE', location: 'EAST', on_hand: 3, version: 2 },
      { sku: 'TEE', location: 'WEST', on_hand: 2, version: 2 },
    ],
  });
  expect(
    changes.movements.map(({ location, kind, onHandDelta, reason }) => [location, kind, onHandDelta, reason]),
  ).toEqual([
    ['EAST', 'transfer', -4, 'transfer to WEST'],
    ['EAST', 'transfer', -1, 'transfer to WEST'],
    ['WEST', 'transfer', 4, 'transfer from EAST'],
    ['WEST', 'transfer', 1, 'transfer from EAST'],
  ]);
});

test('safety stock may leave; what is held or allocated stays, and moves with its reservation', () => {
  const scenario = newScenario().after(
    reserve('r1', [line('MUG', 3)]),
    reserve('r2', [line('MUG', 2)]),
    confirm('r2'),
  );
  expect(scenario.submit(transferStock(transfer('MUG', 6)))).toMatchObject({
    outcome: {
      refusal: {
        code: 'insufficient_stock',
        lines: [{ sku: 'MUG', location: 'EAST', requested: 6, available: 5 }],
      },
    },
    changes: NOTHING,
  });
  expect(codeOf(scenario.submit(transferStock(transfer('MUG', 5))).outcome)).toBe('ok');
  expect(scenario.counters('MUG')).toEqual([5, 3, 2]);
  expect(available(scenario.level('MUG', 'WEST'))).toBe(5);
});

test('lines of one level are added up, and what comes in does not leave again in the same call', () => {
  const scenario = newScenario();
  const twice = transferStock(transfer('MUG', 6), transfer('MUG', 5));
  expect(scenario.submit(twice).outcome).toMatchObject({
    refusal: { lines: [{ requested: 11, available: 10 }] },
  });
  const onwards = transferStock(transfer('MUG', 4), transfer('MUG', 1, 'WEST', 'SHOP'));
  expect(scenario.submit(onwards).outcome).toMatchObject({
    refusal: { lines: [{ location: 'WEST', requested: 1, available: 0 }] },
  });
});

test('one line that is short refuses all of them', () => {
  const { outcome, changes } = newScenario().submit(transferStock(transfer('TEE', 1), transfer('MUG', 11)));
  expect(codeOf(outcome)).toBe('insufficient_stock');
  expect(changes).toMatchObject(NOTHING);
});

test('a level that is short of what it has promised gives nothing', () => {
  const scenario = newScenario().after(
    reserve('r1', [line('TEE', 4, 'EAST')]),
    adjustStock(adjustment('TEE', -2)),
  );
  expect(scenario.submit(transferStock(transfer('TEE', 1))).outcome).toMatchObject({
    refusal: { lines: [{ available: 0 }] },
  });
});

test('units that go to an inactive location are no longer for sale', () => {
  const scenario = newScenario().after(transferStock(transfer('MUG', 10, 'EAST', 'SHOP')));
  expect(scenario.level('MUG', 'SHOP').onHand).toBe(15);
  expect(availableOfSku(['EAST', 'WEST', 'SHOP'].map((at) => scenario.level('MUG', at)))).toBe(0);
});

test.each([
  [transfer('NO-SUCH-SKU', 1), 'unknown_sku'],
  [transfer('MUG', 1, 'MOON'), 'unknown_location'],
  [transfer('MUG', 1, 'EAST', 'MOON'), 'unknown_location'],
])('what does not exist is refused: %j', (wrong, code) => {
  expect(codeOf(newScenario().submit(transferStock(wrong)).outcome)).toBe(code);
});

test('a level gets no more than it can hold', () => {
  const full = new Scenario([level('MUG', 1_000_000_000), level('MUG', 1, 'WEST')]);
  expect(codeOf(full.submit(transferStock(transfer('MUG', 1, 'WEST', 'EAST'))).outcome)).toBe(
    'quantity_limit_exceeded',
  );
});
