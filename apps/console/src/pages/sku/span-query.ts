import { queryOptions } from '@tanstack/react-query';
import { holdfast } from '../../api/client.ts';
import type { StockMovement } from '../../api/types.ts';
import { explainUnits, sumOf, type Balance, type Explanation } from './explain-units.ts';

/** A hundred pages: more would take longer than anyone waits. */
const MOVEMENTS_MAX = 20_000;
const PAGE = 200;

interface Span {
  readonly sku: string;
  readonly from: string;
  readonly to: string;
}

export interface SpanExplained extends Explanation {
  /** False: there are more movements than are read. */
  readonly isComplete: boolean;
}

export const spanQuery = (span: Span) =>
  queryOptions({
    queryKey: ['movements', 'explained', span],
    queryFn: ({ signal }) => explainSpan(span, signal),
    staleTime: Infinity,
    gcTime: 0,
  });

async function explainSpan({ sku, from, to }: Span, signal: AbortSignal): Promise<SpanExplained> {
  const movements: StockMovement[] = [];
  let isComplete = true;
  // The parameter `after` leaves out the moment itself.
  const query = { sku, after: new Date(Date.parse(from) - 1).toISOString(), before: to, limit: PAGE };
  for await (const movement of holdfast().stock.movements(query, { signal })) {
    if (movements.length === MOVEMENTS_MAX) {
      isComplete = false;
      break;
    }
    movements.push(movement);
  }
  const { locations } = await holdfast().availability.get(sku, undefined, { signal });
  const names = new Set([...locations, ...movements].map(({ location }) => location));
  const starts: Balance[] = [];
  const ends: Balance[] = [];
  for (const location of names) {
    const ofLevel = movements.filter((each) => each.location === location);
    const end = ofLevel[0] ?? (await newestBefore(sku, location, to, signal));
    const start = await newestBefore(sku, location, from, signal);
    if (end) ends.push(end);
    if (start) starts.push(start);
    else starts.push(beforeOldest(ofLevel.at(-1)));
  }
  return { ...explainUnits(movements, { start: sumOf(starts), end: sumOf(ends) }), isComplete };
}

/** The counters of a level at a time are those after its newest movement before. */
async function newestBefore(
  sku: string,
  location: string,
  before: string,
  signal: AbortSignal,
): Promise<StockMovement | undefined> {
  const { data } = await holdfast().stock.movements({ sku, location, before, limit: 1 }, { signal });
  return data[0];
}

/** Where no older movement is kept, the oldest one says what was there before it. */
const beforeOldest = (movement: StockMovement | undefined): Balance => ({
  on_hand: movement ? movement.on_hand - movement.on_hand_delta : 0,
  reserved: movement ? movement.reserved - movement.reserved_delta : 0,
  allocated: movement ? movement.allocated - movement.allocated_delta : 0,
});
