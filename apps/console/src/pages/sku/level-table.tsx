import type { Availability } from '../../api/types.ts';
import { count } from '../../parts/format.ts';
import { RecordTable, type Column } from '../../parts/record-table.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { TimeAgo } from '../../parts/times.tsx';

type Level = Availability['locations'][number];

const counted = (title: string, of: (level: Level) => number): Column<Level> => ({
  title,
  show: (level) => count(of(level)),
  isNumber: true,
});

const COLUMNS: readonly Column<Level>[] = [
  {
    title: 'Location',
    show: ({ location, active, shortfall }) => (
      <>
        {location} {!active && <StateBadge state="inactive" />}
        {shortfall > 0 && <StateBadge state="short" label={`${count(shortfall)} missing`} />}
      </>
    ),
  },
  counted('On hand', (level) => level.on_hand),
  counted('Reserved', (level) => level.reserved),
  counted('Allocated', (level) => level.allocated),
  counted('Safety stock', (level) => level.safety_stock),
  counted('Backorder limit', (level) => level.backorder_limit),
  counted('Available', (level) => level.available),
  { title: 'Changed', show: ({ updated_at }) => <TimeAgo at={updated_at} /> },
];

export const LevelTable = ({ stock }: { readonly stock: Availability }) => (
  <RecordTable
    label="Levels by location"
    rows={stock.locations}
    columns={COLUMNS}
    rowKey={({ location }) => location}
    empty={{
      title: 'No location has a level of this SKU',
      hint: 'Adjust adds the first units, or an import creates the level.',
    }}
  />
);
