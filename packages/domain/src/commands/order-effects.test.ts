import type { Command } from '../commands.ts';
import {
  line,
  orderCancelled,
  orderCreated,
  orderFulfilled,
  orderPaid,
  orderPaymentFailed,
  reserve,
} from '@holdfast/testing/vocabulary';
import { level, Scenario } from '../fixtures/scenario.ts';

const created = (quantity = 2) => orderCreated('o-1', [line('MUG', quantity)]);
const left = (id: string) => orderFulfilled('o-1', id, [line('MUG', 1)]);
const sold = reserve('r1', [line('MUG', 2)], { orderId: 'o-1', ttlSeconds: null });

interface Case {
  readonly before?: readonly Command[];
  /** Whether all holds are expired by then. */
  readonly isLate?: boolean;
  readonly event: Command;
  /** Such as `reserved of-o-1`; without a reservation, only the effect. */
  readonly effects: readonly string[];
  /** If there is no effect. */
  readonly why?: RegExp;
}

const CASES: Readonly<Record<string, Case>> = {
  created: { event: created(), effects: ['reserved of-o-1'] },
  'created, with the payment that came before': {
    before: [orderPaid('o-1')],
    event: created(),
    effects: ['reserved of-o-1', 'confirmed of-o-1'],
  },
  'created, with what left before': {
    before: [left('f-1')],
    event: created(),
    effects: ['reserved of-o-1', 'confirmed of-o-1', 'deducted of-o-1'],
  },
  'created, when stock is short': { event: created(9), effects: ['refused'] },
  'created again': {
    before: [created()],
    event: created(),
    effects: [],
    why: /reserved for the order before/,
  },
  'created again, after its hold has expired': {
    before: [created()],
    isLate: true,
    event: created(),
    effects: [],
    why: /of-o-1, which is expired/,
  },
  'created, when checkout has a hold for it': {
    before: [reserve('r1', [line('MUG', 2)], { orderId: 'o-1' })],
    event: created(),
    effects: [],
    why: /r1, which is held/,
  },
  'created, when it is cancelled': {
    before: [orderCancelled('o-1')],
    event: created(),
    effects: [],
    why: /cancelled/,
  },
  paid: { before: [created()], event: orderPaid('o-1'), effects: ['confirmed of-o-1'] },
  'paid, before it is created': { event: orderPaid('o-1'), effects: ['remembered'] },
  'paid again, before it is created': {
    before: [orderPaid('o-1')],
    event: orderPaid('o-1'),
    effects: [],
    why: /paid before/,
  },
  'paid again': {
    before: [created(), orderPaid('o-1')],
    event: orderPaid('o-1'),
    effects: [],
    why: /paid before/,
  },
  'paid, when it was sold without a payment': {
    before: [sold],
    event: orderPaid('o-1'),
    effects: ['changed r1'],
  },
  'paid too late': {
    before: [created()],
    isLate: true,
    event: orderPaid('o-1'),
    effects: ['refused of-o-1'],
  },
  'paid too late, when it takes the stock again': {
    before: [created()],
    isLate: true,
    event: orderPaid('o-1', { onExpired: 'reacquire' }),
    effects: ['confirmed of-o-1'],
  },
  'paid, when it is cancelled': {
    before: [created(), orderCancelled('o-1')],
    event: orderPaid('o-1'),
    effects: ['refused of-o-1'],
  },
  'paid, when it is cancelled and was never created': {
    before: [orderCancelled('o-1')],
    event: orderPaid('o-1'),
    effects: ['refused'],
  },
  'paid again, when it was cancelled after that': {
    before: [created(), orderPaid('o-1'), orderCancelled('o-1')],
    event: orderPaid('o-1'),
    effects: [],
    why: /before the order was cancelled/,
  },
  'payment failed': { before: [created()], event: orderPaymentFailed('o-1'), effects: ['released of-o-1'] },
  'payment failed, when nothing is held': {
    before: [created(), orderPaid('o-1')],
    event: orderPaymentFailed('o-1'),
    effects: [],
    why: /holds nothing/,
  },
  cancelled: { before: [created()], event: orderCancelled('o-1'), effects: ['released of-o-1'] },
  'cancelled, when it is sold': {
    before: [created(), orderPaid('o-1')],
    event: orderCancelled('o-1'),
    effects: ['cancelled of-o-1'],
  },
  'cancelled, before it is created': { event: orderCancelled('o-1'), effects: ['remembered'] },
  'cancelled, when its hold has expired': {
    before: [created()],
    isLate: true,
    event: orderCancelled('o-1'),
    effects: ['remembered'],
  },
  'cancelled again': {
    before: [created(), orderCancelled('o-1')],
    event: orderCancelled('o-1'),
    effects: [],
    why: /cancelled before/,
  },
  completed: { before: [created(), orderPaid('o-1')], event: left('f-1'), effects: ['deducted of-o-1'] },
  'completed, when it is held': {
    before: [created()],
    event: left('f-1'),
    effects: ['confirmed of-o-1', 'deducted of-o-1'],
  },
  'completed, before it is created': { event: left('f-1'), effects: ['remembered'] },
  'completed, with a fulfillment that is known': {
    before: [created(), left('f-1')],
    event: left('f-1'),
    effects: [],
    why: /f-1 was recorded before/,
  },
  'completed twice, before it is created': {
    before: [left('f-1')],
    event: left('f-1'),
    effects: [],
    why: /f-1 was recorded before/,
  },
};

describe('an event of an order says what it has done, or why it has done nothing', () => {
  test.each(Object.entries(CASES))('%s', (_name, { before = [], isLate = false, event, effects, why }) => {
    const scenario = new Scenario([level('MUG', 5)]);
    for (const each of before) scenario.submit(each);
    if (isLate) scenario.passTime();
    const { outcome } = scenario.submit(event);
    if (!outcome.ok || !('order' in outcome)) throw new Error(`not processed: ${JSON.stringify(outcome)}`);
    const { order } = outcome;
    expect(
      order.effects.map(({ effect, reservationId }) => [effect, reservationId ?? []].flat().join(' ')),
    ).toEqual(effects);
    if (why) expect(order.note).toMatch(why);
    else expect(order.note).toBeNull();
  });
});
