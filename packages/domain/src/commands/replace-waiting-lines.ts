import type { Draft } from '../draft.ts';
import { changed, unchanged, type ReservationOutcome } from '../outcome.ts';
import type { Reservation, ReservationLine } from '../reservation.ts';
import { addUpLines, source, type WantedLine } from '../sourcing.ts';
import { levelsFor } from '../blocked-levels.ts';
import { isWaiting } from '../waiting-line.ts';
import { attempt, unblock } from './attempt.ts';
import { allowsVersion, refuseVersion } from './if-version.ts';
import { refuseToWait } from './join-line.ts';
import { emptyLine, isLineOf } from './line-changes.ts';
import { refuseIncrease, type WantedLines } from './wanted-change.ts';

/**
 * Changes the lines that a reservation waits for. A reservation that asks for less keeps its place in line.
 * One that asks for more, or for other SKUs or locations, gets a new one. If its stock is available then, it
 * is held.
 */
export function replaceWaitingLines(
  draft: Draft,
  before: Reservation,
  wanted: WantedLines,
  also: Partial<Reservation>,
): ReservationOutcome {
  if (!isWaiting(before)) throw new Error(`reservation ${before.id} waits, and has no place in line`);
  if (!allowsVersion(wanted.ifVersion, before.version)) {
    return refuseVersion('The reservation', wanted.ifVersion, before.version);
  }
  const sent = addUpLines(wanted.lines);
  const refused = refuseIncrease(draft, before, { wanted: sent, locations: wanted.locations }, also);
  if (refused) return refused;
  const { sourcing, locations, waitersMax = Infinity } = wanted;
  const rules = { sourcing: sourcing ?? before.sourcing, locations: locations ?? before.locations };
  const lines = linesOf(before, sent);
  const next = { ...before, ...also, ...rules, lines };
  if (isSame(before, next)) return unchanged(draft, before);

  const asksForMore = !isSame({ ...before, ...rules }, before) || sent.some((each) => hasMore(before, each));
  if (asksForMore) {
    const sourced = source(sent, levelsFor(draft, null), rules);
    const short = sourced.ok ? [] : sourced.short;
    const asked = { lines: sent, ...rules, short, reservation: before, waitersMax };
    const tooMuch = refuseToWait(draft, asked);
    if (tooMuch) return tooMuch;
  }
  unblock(draft, before);
  const { wait } = before;
  const arrival = asksForMore ? draft.line.nextArrival() : wait.arrival;
  // At its old place it would block itself.
  const moved = { ...next, wait: { ...wait, arrival } };
  draft.put(moved);
  return changed(draft, attempt(draft, moved, wanted));
}

const asWanted = (line: ReservationLine, { quantity }: WantedLine): ReservationLine =>
  line.quantity === quantity ? line : { ...line, quantity, requestedQuantity: quantity };

/** Those that stay in their order, then the new ones. */
function linesOf(before: Reservation, sent: readonly WantedLine[]): readonly ReservationLine[] {
  const kept = before.lines.flatMap((line) => {
    const want = sent.find((each) => isLineOf(each)(line));
    return want ? [asWanted(line, want)] : [];
  });
  const added = sent
    .filter((each) => !before.lines.some(isLineOf(each)))
    .map((each) => asWanted(emptyLine(each), each));
  return [...kept, ...added];
}

function hasMore(before: Reservation, wanted: WantedLine): boolean {
  return wanted.quantity > (before.lines.find(isLineOf(wanted))?.quantity ?? 0);
}

function isSame(before: Reservation, after: Reservation): boolean {
  return JSON.stringify(before) === JSON.stringify(after);
}
