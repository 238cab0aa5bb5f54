import { queryOptions } from '@tanstack/react-query';
import { holdfast } from '../../api/client.ts';
import { pagesOf } from '../../api/pages.ts';

const PAGE = 200;

/** Both snapshots are read whole: more levels than this take too long for a page. */
const LEVELS_MAX = 20_000;
const SHOWN_MAX = 200;

export const snapshotPages = () =>
  pagesOf(['snapshots'], ({ cursor, signal }) =>
    holdfast().snapshots.list({ limit: 50, cursor }, { signal }),
  );

interface Units {
  readonly on_hand: number;
  readonly reserved: number;
  readonly allocated: number;
}

export interface LevelDifference extends Units {
  readonly sku: string;
  readonly location: string;
}

export interface SnapshotDifference {
  readonly changed: number;
  /** The largest changes of units on hand first. */
  readonly levels: readonly LevelDifference[];
  readonly isComplete: boolean;
}

const NONE: Units = { on_hand: 0, reserved: 0, allocated: 0 };

/** What differs between two snapshots, by level. */
export const differenceQuery = (from: string, to: string) =>
  queryOptions({
    queryKey: ['snapshots', 'difference', from, to],
    queryFn: async ({ signal }): Promise<SnapshotDifference> => {
      const [before, after] = await Promise.all([readLevels(from, signal), readLevels(to, signal)]);
      const keys = new Set([...before.keys(), ...after.keys()]);
      const levels = [...keys].flatMap((key) => {
        const [one, other] = [before.get(key) ?? NONE, after.get(key) ?? NONE];
        const { sku = '', location = '' } = after.get(key) ?? before.get(key) ?? {};
        const difference = {
          sku,
          location,
          on_hand: other.on_hand - one.on_hand,
          reserved: other.reserved - one.reserved,
          allocated: other.allocated - one.allocated,
        };
        return difference.on_hand || difference.reserved || difference.allocated ? [difference] : [];
      });
      const sorted = levels.toSorted((one, other) => Math.abs(other.on_hand) - Math.abs(one.on_hand));
      return {
        changed: levels.length,
        levels: sorted.slice(0, SHOWN_MAX),
        isComplete: before.size < LEVELS_MAX && after.size < LEVELS_MAX,
      };
    },
    staleTime: Infinity,
  });

async function readLevels(id: string, signal: AbortSignal): Promise<Map<string, LevelDifference>> {
  const levels = new Map<string, LevelDifference>();
  for await (const level of holdfast().snapshots.get(id, { limit: PAGE }, { signal })) {
    levels.set(JSON.stringify([level.sku, level.location]), level);
    if (levels.size === LEVELS_MAX) break;
  }
  return levels;
}
