import { defineCommand } from '../command-module.ts';
import type { Draft } from '../draft.ts';
import { availableOfSku } from '../stock-level.ts';
import { NO_TARGETS, type NextInLine } from '../targets.ts';
import { isAhead, type PlaceInLine } from '../place-in-line.ts';
import { levelsFor } from '../blocked-levels.ts';
import { byPlace } from '../waiting-line.ts';
import { attempt } from './attempt.ts';

/** Asked for by jobs, when stock of a SKU has come free. */
export interface GrantWaitingCommand extends NextInLine {
  readonly kind: 'grant-waiting';
}

export interface GrantOutcome {
  readonly ok: true;
  readonly granted: number;
  /** The place to go on after. Null: nothing is left for reservations further back. */
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
 * Tries the reservations that wait for a SKU, in their order, while units are left: levels that one is short
 * of are blocked for those behind it.
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

/** Whether there are units of the SKU that the reservations up to this place are not short of. */
function isSomethingFree(draft: Draft, sku: string, { priority, arrival }: PlaceInLine): boolean {
  return availableOfSku(levelsFor(draft, { priority, arrival: arrival + 1 })(sku)) > 0;
}
