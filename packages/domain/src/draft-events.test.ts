import type { Command } from './commands.ts';
import {
  cancel,
  confirm,
  extend,
  fulfill,
  line,
  release,
  reserve,
  setStock,
} from '@holdfast/testing/vocabulary';
import { level, Scenario, scenarioWithHold } from './fixtures/scenario.ts';

/** What each event of one command says has changed: its type and the status before, and the units. */
function changedBy(scenario: Scenario, ...commands: readonly Command[]) {
  return scenario.decide(...commands).changes.events.map(({ type, changed }) => {
    if (!changed || !('previous_status' in changed)) throw new Error(`${type} is no transition`);
    return [type.replace('warehouse.inventory.', ''), changed.previous_status, changed.stock_changes];
  });
}

const scenarioOfMugs = () => new Scenario([level('MUG', 10)]);

const at = (
  sku: string,
  location: string,
  counters: { on_hand?: number; reserved?: number; allocated?: number },
) => ({
  sku,
  location,
  on_hand: 0,
  reserved: 0,
  allocated: 0,
  ...counters,
});

const held = () => scenarioOfMugs().after(reserve('r1', [line('MUG', 4)]));

describe('an event has the status before, and the units that moved', () => {
  test('of a hold', () => {
    expect(changedBy(scenarioOfMugs(), reserve('r1', [line('MUG', 4)]))).toEqual([
      ['reserved', null, [at('MUG', 'EAST', { reserved: 4 })]],
    ]);
  });

  test('of a confirm in part, added up by level', () => {
    expect(changedBy(held(), confirm('r1', { parts: [line('MUG', 3)] }))).toEqual([
      ['confirmed', 'held', [at('MUG', 'EAST', { reserved: -4, allocated: 3 })]],
    ]);
  });

  test('of an extend: none', () => {
    expect(changedBy(held(), extend('r1', 1_800))).toEqual([['extended', 'held', []]]);
  });

  test('of a fulfill of a hold: the confirm first', () => {
    expect(changedBy(held(), fulfill('r1'))).toEqual([
      ['confirmed', 'held', [at('MUG', 'EAST', { reserved: -4, allocated: 4 })]],
      ['deducted', 'confirmed', [at('MUG', 'EAST', { on_hand: -4, allocated: -4 })]],
    ]);
  });

  test('of an end: the same twice, if it is published twice', () => {
    const freed = [at('MUG', 'EAST', { allocated: -4 })];
    expect(changedBy(held().after(confirm('r1')), cancel('r1'))).toEqual([
      ['cancelled', 'confirmed', freed],
      ['released', 'confirmed', freed],
    ]);
    const due = held();
    due.passTime();
    const givenBack = [at('MUG', 'EAST', { reserved: -4 })];
    expect(changedBy(due)).toEqual([
      ['expired', 'held', givenBack],
      ['released', 'held', givenBack],
    ]);
  });

  test('each of its own, in one batch', () => {
    expect(changedBy(scenarioWithHold(), release('r1'), reserve('r2', [line('TEE', 1)]))).toMatchObject([
      ['released', 'held', [{ sku: 'MUG' }, { sku: 'MUG' }, { sku: 'TEE' }]],
      ['reserved', null, [at('TEE', 'EAST', { reserved: 1 })]],
    ]);
  });
});

function late(): Scenario {
  const scenario = held();
  scenario.passTime();
  return scenario;
}

const idsOf = (scenario: Scenario, paymentReference: string | null) =>
  scenario.submit(confirm('r1', { paymentReference })).changes.refusals.map(({ id }) => id);

describe('a payment that comes too late', () => {
  test('is published with its reference and the refusal', () => {
    const { refusals } = late().submit(confirm('r1', { paymentReference: 'pay-1' })).changes;
    expect(refusals).toMatchObject([
      {
        type: 'warehouse.inventory.confirm_refused',
        subject: 'r1',
        reservationId: 'r1',
        data: { id: 'r1', status: 'expired' },
        changed: { payment_reference: 'pay-1', refusal: { code: 'reservation_expired' } },
      },
    ]);
  });

  test('has the same id in every process, and another payment has another id', () => {
    const [scenario, other] = [late(), late()];
    const first = idsOf(scenario, 'pay-1');
    expect(first).toHaveLength(1);
    expect(idsOf(other, 'pay-1')).toEqual(first);
    expect(idsOf(scenario, 'pay-2')).not.toEqual(first);
  });

  test('is not published again when it is repeated, as it is stored with the reservation', () => {
    const scenario = late();
    expect(idsOf(scenario, 'pay-1')).toHaveLength(1);
    scenario.passTime();
    expect(idsOf(scenario, 'pay-1')).toEqual([]);
  });

  test('is not published for a confirmed reservation, or for another order', () => {
    const scenario = scenarioOfMugs().after(
      reserve('r1', [line('MUG', 4)], { orderId: 'o-1' }),
      release('r1'),
    );
    expect(scenario.submit(confirm('r1', { orderId: 'o-2' })).changes.refusals).toEqual([]);
    const sold = scenarioOfMugs().after(reserve('r1', [line('MUG', 4)]), confirm('r1'));
    expect(sold.submit(confirm('r1', { parts: [line('MUG', 1)] })).changes.refusals).toEqual([]);
  });
});

const eventsOf = (scenario: Scenario, ...commands: readonly Command[]) =>
  scenario.decide(...commands).changes.events;

describe('a level', () => {
  test('with more promised units than there are is published, once for each increase', () => {
    const scenario = held();
    const short = eventsOf(scenario, setStock('MUG', 3));
    expect(short).toMatchObject([
      {
        type: 'warehouse.inventory.stock_shortfall',
        subject: 'MUG/EAST',
        reservationId: null,
        data: { sku: 'MUG', location: 'EAST', on_hand: 3, reserved: 4, shortfall: 1 },
        changed: { previous_shortfall: 0 },
      },
    ]);
    expect(eventsOf(scenario, setStock('MUG', 3))).toEqual([]);
    expect(eventsOf(scenario, setStock('MUG', 2))).toMatchObject([{ changed: { previous_shortfall: 1 } }]);
    expect(eventsOf(scenario, setStock('MUG', 9))).toEqual([]);
  });

  test('that is repaired has only the change of the repair, without the rest of the batch', () => {
    const scenario = held();
    scenario.damage('MUG', 'EAST', { reserved: 6 });
    const repair = {
      kind: 'repair-stock',
      levels: [{ sku: 'MUG', location: 'EAST' }],
      dryRun: false,
      caller: 'ops',
    } as const;
    const drafted = eventsOf(scenario, setStock('MUG', 12), repair);
    expect(drafted).toMatchObject([
      {
        type: 'warehouse.inventory.reconciled',
        subject: 'MUG/EAST',
        data: { on_hand: 12, reserved: 4 },
        changed: { stock_changes: [at('MUG', 'EAST', { reserved: -2 })] },
      },
    ]);
    expect(eventsOf(scenario, repair)).toEqual([]);
  });
});
