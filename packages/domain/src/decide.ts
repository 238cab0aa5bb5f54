import type { Changes, Trace } from './changes.ts';
import { moduleOf, type Command, type Outcome } from './commands.ts';
import { canBeGivenBack, giveBackDueHold } from './commands/expire.ts';
import { Draft } from './draft.ts';
import { isDue } from './hold-lifetime.ts';
import type { Clock, Snapshot } from './snapshot.ts';

export interface Decision {
  /** One for each command, in their order. */
  readonly outcomes: readonly Outcome[];
  readonly changes: Changes;
}

/**
 * Decides a batch of commands, in order of arrival, from the rows that were locked and read. transitions.ts
 * says what each does in each status.
 *
 * First gives back the due holds that the batch has locked. So a due hold is expired for every command, and
 * even a confirm that is refused because it is late has its stock given back.
 *
 * Pure: the same snapshot, commands, time and ids give the same decision. A command that is refused changes
 * nothing.
 *
 * @param traces of the commands, in their order; those that no request asked for have none
 * @throws {Error} when the snapshot lacks what a command needs or is broken: the batch must not be written
 */
export function decide(
  snapshot: Snapshot,
  commands: readonly Command[],
  clock: Clock,
  traces: readonly (Trace | undefined)[] = [],
): Decision {
  const draft = new Draft(snapshot, clock);
  for (const reservation of draft.reservations()) {
    if (isDue(reservation, clock.now) && canBeGivenBack(draft, reservation))
      giveBackDueHold(draft, reservation);
  }
  const outcomes = commands.map((command, index) => {
    draft.follow(traces[index]);
    return moduleOf(command).decide(draft, command);
  });
  return { outcomes, changes: draft.changes() };
}
