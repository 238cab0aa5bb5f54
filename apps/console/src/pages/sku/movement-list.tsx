import { NativeSelect } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { movementPages } from '../../api/stock-queries.ts';
import type { Availability } from '../../api/types.ts';
import { Chart, type ChartLine } from '../../parts/chart.tsx';
import { Section } from '../../parts/page.tsx';
import { PagedTable, rowsOf } from '../../parts/record-table.tsx';
import { seriesOf } from './level-series.ts';
import { MOVEMENT_COLUMNS } from './movement-columns.tsx';

const ALL = '';
const PAGE = 200;

/** The newest movements of a SKU, at all locations or one, as a chart and a list. */
export function MovementList({ stock }: { readonly stock: Availability }) {
  const { sku, locations } = stock;
  const [location, setLocation] = useState(ALL);
  const query = useInfiniteQuery(movementPages(location === ALL ? { sku } : { sku, location }, PAGE));
  const rows = useMemo(() => rowsOf(query.data), [query.data]);
  const levels = useMemo(
    () => locations.filter((level) => location === ALL || level.location === location),
    [locations, location],
  );
  const { times, lines } = useMemo(() => chartOf(seriesOf(rows, levels)), [rows, levels]);
  return (
    <Section
      title="Movements"
      hint="Each change of a counter, newest first"
      actions={
        <NativeSelect
          aria-label="Location"
          value={location}
          onChange={(event) => setLocation(event.currentTarget.value)}
          data={[
            { value: ALL, label: 'All locations' },
            ...locations.map((level) => ({ value: level.location, label: level.location })),
          ]}
        />
      }
    >
      {times.length > 1 && (
        <Chart label="On hand, reserved and allocated over time" times={times} lines={lines} isStepped />
      )}
      <PagedTable
        label="Movements"
        query={query}
        columns={MOVEMENT_COLUMNS}
        rowKey={({ id }) => id}
        empty={{ title: 'Nothing has moved', hint: 'Old movements are deleted by retention.' }}
      />
    </Section>
  );
}

function chartOf({ times, on_hand, reserved, allocated }: ReturnType<typeof seriesOf>) {
  const lines: ChartLine[] = [
    { label: 'On hand', tone: 'blue', values: on_hand },
    { label: 'Reserved', tone: 'orange', values: reserved },
    { label: 'Allocated', tone: 'green', values: allocated },
  ];
  return { times, lines };
}
