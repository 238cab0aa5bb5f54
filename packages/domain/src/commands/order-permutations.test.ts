import type { Command } from '../commands.ts';
import {
  line,
  orderCancelled,
  orderCreated,
  orderFulfilled,
  orderPaid,
  orderPaymentFailed,
  release,
  reserve,
} from '@holdfast/testing/vocabulary';
import { level, Scenario } from '../fixtures/scenario.ts';

interface Story {
  /** What checkout has done before any event came. */
  readonly checkout?: readonly Command[];
  /** Whether the time of all holds is over by then. */
  readonly isLate?: boolean;
  readonly events: readonly Command[];
}

const LINES = [line('MUG', 8), line('TEE', 2)];
const created = orderCreated('o-1', LINES);
const paid = orderPaid('o-1');
const cancelled = orderCancelled('o-1');
const left = (id: string, ...parts: Parameters<typeof orderFulfilled>[2][]) =>
  orderFulfilled('o-1', id, parts.length > 0 ? parts.flatMap((each) => each ?? []) : null);
const held = (id: string, lines = LINES) => reserve(id, lines, { orderId: 'o-1' });

const STORIES: Readonly<Record<string, Story>> = {
  'is paid': { events: [created, paid] },
  'is confirmed and paid': { events: [created, paid, orderPaid('o-1', { paymentReference: 'pay-2' })] },
  'is cancelled': { events: [created, cancelled] },
  'is paid and cancelled': { events: [created, paid, cancelled] },
  'is paid at the second try and cancelled': {
    events: [created, orderPaymentFailed('o-1'), paid, cancelled],
  },
  'leaves as a whole': { events: [created, paid, left('f-1')] },
  'leaves in parts': {
    events: [created, paid, left('f-1', [line('MUG', 7)]), left('f-2', [line('MUG', 1), line('TEE', 2)])],
  },
  'leaves in parts of each location': {
    events: [
      created,
      paid,
      left('f-1', [line('MUG', 6, 'EAST')]),
      left('f-2', [line('MUG', 2, 'WEST')]),
      left('f-3', [line('TEE', 1)]),
    ],
  },
  'is held by checkout and leaves': { checkout: [held('r1')], events: [created, paid, left('f-1')] },
  'is held by checkout and cancelled': { checkout: [held('r1')], events: [created, paid, cancelled] },
  'is held twice and leaves as a whole': {
    checkout: [held('r1', [line('MUG', 8)]), held('r2', [line('TEE', 2)])],
    events: [created, paid, left('f-1')],
  },
  'is held twice and cancelled': {
    checkout: [held('r1', [line('MUG', 8)]), held('r2', [line('TEE', 2)])],
    events: [created, paid, cancelled],
  },
  'was released by checkout and is cancelled': {
    checkout: [held('r1'), release('r1')],
    events: [created, paid, cancelled],
  },
  'has run out, is paid for anew and cancelled': {
    checkout: [created],
    isLate: true,
    events: [orderPaid('o-1', { onExpired: 'reacquire' }), cancelled],
  },
};

function permutationsOf<T>(all: readonly T[]): readonly (readonly T[])[] {
  if (all.length <= 1) return [all];
  return all.flatMap((each, index) =>
    permutationsOf(all.toSpliced(index, 1)).map((others) => [each].concat(others)),
  );
}

/** How it ends: the counters, what is held or sold for the order, and whether any event could not be processed. */
function endOf({ checkout = [], isLate = false }: Story, events: readonly Command[]) {
  const scenario = new Scenario([
    level('MUG', 6, 'EAST', { priority: 1 }),
    level('MUG', 6, 'WEST'),
    level('TEE', 5, 'EAST', { priority: 1 }),
  ]).after(...checkout);
  if (isLate) scenario.passTime();
  const outcomes = events.map((event) => scenario.submit(event).outcome);
  const { levels, reservations } = scenario.snapshot;
  return {
    counters: levels.map(
      ({ sku, location }) => `${sku} ${location} ${scenario.counters(sku, location).join(' ')}`,
    ),
    alive: reservations
      .filter(({ status }) => status === 'held' || status === 'confirmed' || status === 'fulfilled')
      .map(({ status, lines }) => ({ status, lines })),
    dead: outcomes.filter(({ ok }) => !ok),
  };
}

describe.each(Object.entries(STORIES))('an order that %s', (_name, story) => {
  const inOrder = endOf(story, story.events);

  test('ends the same, in every order of events', () => {
    expect(inOrder.dead).toEqual([]);
    for (const events of permutationsOf(story.events)) expect(endOf(story, events)).toEqual(inOrder);
  });

  test('ends the same when each event comes twice, even without an idempotency key', () => {
    for (const events of permutationsOf(story.events)) {
      expect(endOf(story, [...events, ...events])).toEqual(inOrder);
      expect(
        endOf(
          story,
          events.flatMap((event) => [event, event]),
        ),
      ).toEqual(inOrder);
    }
  });
});
