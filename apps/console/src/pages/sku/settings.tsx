import { Stack } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { SkuChange } from '@holdfast/client';
import { movementPages, skuChangePages } from '../../api/stock-queries.ts';
import type { StockMovement } from '../../api/types.ts';
import { change, words } from '../../parts/format.ts';
import { Section } from '../../parts/page.tsx';
import { PagedTable, type Column } from '../../parts/record-table.tsx';
import { ExactTime } from '../../parts/times.tsx';
import { CALLER, REASON } from './movement-columns.tsx';

const PAGE = 50;

/** Who has changed what a SKU may do, when and why: the SKU's own fields, and the limits of its levels. */
export function Settings({ sku }: { readonly sku: string }) {
  const changes = useInfiniteQuery(skuChangePages(sku));
  const sets = useInfiniteQuery(movementPages({ sku, kind: 'set' }, PAGE));
  return (
    <Stack>
      <Section title="Settings of the SKU" hint="Pause, thresholds and limits, newest first">
        <PagedTable
          label="Settings of the SKU"
          query={changes}
          columns={CHANGE_COLUMNS}
          rowKey={({ at, changes: fields }) => at + JSON.stringify(fields)}
          empty={{ title: 'No call has changed it', hint: 'What a file has created is in its import.' }}
        />
      </Section>
      <Section
        title="Counts and limits of its levels"
        hint="Units on hand and backorder limits, newest first"
      >
        <PagedTable
          label="Counts and limits of its levels"
          query={sets}
          columns={SET_COLUMNS}
          rowKey={({ id }) => id}
          empty={{ title: 'No level was set' }}
        />
      </Section>
    </Stack>
  );
}

const CHANGE_COLUMNS: readonly Column<SkuChange>[] = [
  { title: 'Time', show: ({ at }) => <ExactTime at={at} /> },
  { title: 'What', show: ({ changes }) => changes.map(describe).join(', ') },
  { title: 'By', show: ({ caller }) => caller },
  { title: 'Reason', show: ({ reason }) => reason ?? '' },
];

function describe({ field, before, after }: SkuChange['changes'][number]): string {
  if (field !== 'active') return `${words(field)}: ${before ?? 'none'} → ${after ?? 'none'}`;
  if (before === null) return after === true ? 'created' : 'created, paused';
  return after === true ? 'resumed' : 'paused';
}

const delta = (by: number) => (by === 0 ? '' : change(by));

const SET_COLUMNS: readonly Column<StockMovement>[] = [
  { title: 'Time', show: ({ at }) => <ExactTime at={at} /> },
  { title: 'Location', show: ({ location }) => location },
  { title: 'On hand', show: ({ on_hand_delta }) => delta(on_hand_delta), isNumber: true },
  {
    title: 'Backorder limit',
    show: ({ backorder_limit_delta }) => delta(backorder_limit_delta),
    isNumber: true,
  },
  CALLER,
  REASON,
];
