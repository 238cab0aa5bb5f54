import type { Command } from './commands.ts';
import { cancel, confirm, fulfill, line, release, reserve } from '@holdfast/testing/vocabulary';
import { level, Scenario } from './fixtures/scenario.ts';
import { showReservation, type ReservationView } from './contract-view.ts';
import { keepReservation, showKept, type KeptReservation } from './kept-reservation.ts';

function viewAfter(...commands: readonly Command[]): ReservationView {
  const scenario = new Scenario([level('MUG', 10)]).after(...commands);
  return showReservation(scenario.reservation('r1'), scenario.now);
}

const hold = reserve('r1', [line('MUG', 4)]);
const sold = [hold, confirm('r1')] as const;

/** As it is read from its row. */
const stored = (kept: KeptReservation): KeptReservation =>
  JSON.parse(JSON.stringify(kept)) as KeptReservation;

test.each([
  ['held', viewAfter(hold)],
  ['released', viewAfter(hold, release('r1'))],
  ['confirmed', viewAfter(...sold)],
  ['cancelled in part', viewAfter(...sold, fulfill('r1', [line('MUG', 1)]), cancel('r1'))],
  [
    'held with all that a client can say',
    { ...viewAfter(hold), order_id: 'o-1', metadata: { channel: 'app' } },
  ],
  ['of lines that got less', { ...viewAfter(hold), locations: ['EAST'], if_short: 'partial' as const }],
])('a reservation that is %s is shown as it was kept, byte by byte', (_, view) => {
  expect(JSON.stringify(showKept(stored(keepReservation(view))))).toBe(JSON.stringify(view));
});

test('an event of a plain hold has half the bytes', () => {
  const view = viewAfter(hold);
  expect(JSON.stringify(keepReservation(view)).length).toBeLessThan(JSON.stringify(view).length / 2);
});

test('an event that was kept before a field was added is shown with it', () => {
  const { customer_id: _, held_at: __, ...earlier } = viewAfter(hold);
  expect(showKept(earlier)).toEqual(viewAfter(hold));
});
