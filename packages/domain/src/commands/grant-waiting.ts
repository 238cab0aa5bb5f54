import { defineCommand } from '../command-module.ts';
import type { Draft } from '../draft.ts';
import { availableOfSku } from '../stock-level.ts';
import { NO_TARGETS, type NextInLine } from '../targets.ts';
import { isAhead, type PlaceInLine } from '../place-in-line.ts';
import { byPlace, levelsFor } from '../waiting-line.ts';
import { attempt } from './attempt.ts';

/** Asked for by jobs, when stock of a SKU has come free. */
export interface GrantWaitingCommand extends NextInLine {
  readonly kind: 'grant-waiting';
}

export interface GrantOutcome {
  readonly ok: true;
  readonly granted: number;
  /** After whom to go on. Null: nobody behind can have anything. */
  readonly next: PlaceInLine | null;
}

export const grantWaitingCommand = defineCommand<GrantWaitingCommand, GrantOutcome>({
  targets: ({ sku, after, limit }) => ({
    ...NO_TARGETS,
    sourced: [{ sku }],
    waiters: [{ sku, after, limit }],
  }),
  weight: ({ limit }) => limit,
  decide: grantWaiting,
});

/**
 * Tries those in line for a SKU, in their order, for as long as there is something that one behind could
 * have: what one ahead is short of is not for those behind it.
 */
function grantWaiting(draft: Draft, { sku, after }: GrantWaitingCommand): GrantOutcome {
  const line = draft.line
    .waiting()
    .filter(({ wait, lines }) => isBehind(wait, after) && lines.some((each) => each.sku === sku))
    .toSorted(byPlace);
  let granted = 0;
  for (const waiting of line) {
    if (attempt(draft, waiting).status === 'held') granted += 1;
    if (!isSomethingFree(draft, sku, waiting.wait)) return { ok: true, granted, next: null };
  }
  const last = line.at(-1);
  return { ok: true, granted, next: last ? last.wait : null };
}

function isBehind(place: PlaceInLine, after: PlaceInLine | null): boolean {
  return after === null || isAhead(after, place);
}

/** Whether there is any of the SKU that those up to this place are not short of. */
function isSomethingFree(draft: Draft, sku: string, { priority, arrival }: PlaceInLine): boolean {
  return availableOfSku(levelsFor(draft, { priority, arrival: arrival + 1 })(sku)) > 0;
}
