import { useQuery } from '@tanstack/react-query';
import { ActionButton } from '../../actions/action-button.tsx';
import type { Action, CallBy, Values } from '../../actions/action.ts';
import { holdfast } from '../../api/client.ts';
import type { ListReservationsFilter } from '../../api/filters.ts';
import { problemOf } from '../../api/problem.ts';
import type { Reservation } from '../../api/types.ts';
import { useCan } from '../../session/caller.tsx';

/** As many as one look takes in. More are released in several steps. */
const RELEASED_MAX = 500;
const PAGE = 200;
/** Calls under way at once: the ledger decides them together, and checkouts go on beside. */
const AT_ONCE = 8;

type Status = NonNullable<ListReservationsFilter['status']>[number];
const HOLDS: ReadonlySet<Status> = new Set<Status>(['held', 'waiting']);

/** Releases all holds that the filters find, after showing how many, and of which units. */
export function BulkRelease({ filter }: { readonly filter: ListReservationsFilter }) {
  const can = useCan();
  const wanted = filter.status?.every((each) => HOLDS.has(each)) ? filter : null;
  const isFiltered = Object.keys(filter).length > 1;
  const { data: holds } = useQuery({
    queryKey: ['reservations', 'to-release', filter],
    queryFn: async ({ signal }) => {
      const found: Reservation[] = [];
      for await (const hold of holdfast().reservations.list({ ...filter, limit: PAGE }, { signal })) {
        found.push(hold);
        if (found.length === RELEASED_MAX) break;
      }
      return found;
    },
    enabled: wanted !== null && isFiltered && can('reservations:write'),
  });
  if (wanted === null || !isFiltered || !holds || holds.length === 0) return null;
  return <ActionButton action={releaseAllAction(holds)} />;
}

function releaseAllAction(holds: readonly Reservation[]): Action<Values> {
  const units = new Map<string, number>();
  for (const { sku, quantity } of holds.flatMap(({ lines }) => lines)) {
    units.set(sku, (units.get(sku) ?? 0) + quantity);
  }
  const largest = [...units].toSorted(([, one], [, other]) => other - one).slice(0, 5);
  return {
    label: `Release ${holds.length}`,
    title: `Release ${holds.length} reservations`,
    scope: 'reservations:write',
    isDangerous: true,
    initial: {},
    changes: () => [
      { label: 'Holds and waiting reservations', from: holds.length, to: 0 },
      ...largest.map(([sku, held]) => ({ label: `Units of ${sku} that they have`, from: held, to: 0 })),
    ],
    note:
      holds.length === RELEASED_MAX
        ? `These are the first ${RELEASED_MAX}. Repeat it for the others.`
        : 'Those that are confirmed or ended in the meantime stay as they are.',
    keepsReason: true,
    run: (_values, reason, by) => releaseAll(holds, reason, by),
    done: 'The reservations are released.',
    touches: [['reservations'], ['availability'], ['overview']],
  };
}

/** @throws {Error} that says how many were refused, and why the first was */
async function releaseAll(holds: readonly Reservation[], reason: string, by: CallBy): Promise<void> {
  const queue = [...holds];
  const refused: unknown[] = [];
  const work = async () => {
    for (let hold = queue.pop(); hold; hold = queue.pop()) {
      const key = { actor: by.actor, idempotencyKey: `${by.idempotencyKey}-${hold.id}` };
      await holdfast()
        .reservations.release(hold.id, { reason }, key)
        .catch((error: unknown) => refused.push(error));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  if (refused.length > 0) {
    throw new Error(
      `${holds.length - refused.length} are released, ${refused.length} were refused. The first: ${problemOf(refused[0]).detail}`,
    );
  }
}
