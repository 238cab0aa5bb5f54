import { Group } from '@mantine/core';
import { useQueries, useQuery } from '@tanstack/react-query';
import { count, rate } from '../../parts/format.ts';
import { SkuLink } from '../../parts/links.tsx';
import { RecordTable, type Column } from '../../parts/record-table.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { useCan } from '../../session/caller.tsx';
import type { Availability } from '../../api/types.ts';
import { leftQuery, pressureQuery, type Pressure } from './live-queries.ts';
import { PauseButton } from './pause-button.tsx';
import type { SaleView, SecondCounts } from './sale-model.ts';

interface LiveSku {
  readonly sku: string;
  readonly stock: Availability | undefined;
  readonly rate: SecondCounts | undefined;
  readonly pressure: Pressure | undefined;
}

const COLUMNS: readonly Column<LiveSku>[] = [
  {
    title: 'SKU',
    show: ({ sku, stock }) => (
      <Group gap="xs">
        <SkuLink name={sku} />
        {stock?.active === false && <StateBadge state="paused" />}
        {stock?.active && stock.available === 0 && <StateBadge state="short" label="sold out" />}
      </Group>
    ),
  },
  { title: 'Available', show: ({ stock }) => <Left stock={stock} />, isNumber: true },
  { title: 'Held / s', show: (row) => rate(row.rate?.held ?? 0), isNumber: true },
  { title: 'Confirmed / s', show: (row) => rate(row.rate?.confirmed ?? 0), isNumber: true },
  { title: 'Refused / s', show: (row) => rate(row.pressure?.refused ?? 0), isNumber: true },
  { title: 'Joined the line / s', show: (row) => rate(row.pressure?.waiting ?? 0), isNumber: true },
  { title: 'Waiting', show: ({ stock }) => count(stock?.waiting ?? 0), isNumber: true },
  { title: 'Stop', show: ({ stock }) => stock && <PauseButton stock={stock} /> },
];

interface LiveSkusProps {
  readonly busy: readonly string[];
  readonly view: SaleView;
}

export function LiveSkus({ busy, view }: LiveSkusProps) {
  const can = useCan();
  const left = useQuery({ ...leftQuery(busy), enabled: busy.length > 0 && can('stock:read') });
  const pressure = useQueries({
    queries: busy.map((sku) => ({ ...pressureQuery(sku), enabled: can('reservations:read') })),
  });
  const rows = busy.map((sku, index) => ({
    sku,
    stock: left.data?.get(sku),
    rate: view.skus.find((each) => each.sku === sku)?.rate,
    pressure: pressure[index]?.data,
  }));
  return (
    <RecordTable
      label="SKUs of the sale"
      rows={rows}
      columns={COLUMNS}
      rowKey={({ sku }) => sku}
      empty={{
        title: 'Nothing is sold at the moment',
        hint: 'A SKU appears here as soon as units of it are held, confirmed, given back or refused.',
      }}
    />
  );
}

/** How many units are left, as a number and as a part of those that are on hand. */
function Left({ stock }: { readonly stock: Availability | undefined }) {
  if (!stock) return '–';
  const part = stock.on_hand > 0 ? Math.min(1, stock.available / stock.on_hand) : 0;
  return (
    <div className="left">
      {count(stock.available)}
      <svg className="left-bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
        <rect width="100" height="6" className="left-ground" />
        <rect width={part * 100} height="6" className="left-part" />
      </svg>
    </div>
  );
}
