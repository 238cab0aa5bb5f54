import { Alert, Group, NativeSelect, Stack } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { InventorySnapshot } from '@holdfast/client';
import { ActionButton } from '../../actions/action-button.tsx';
import type { Action, Values } from '../../actions/action.ts';
import { holdfast } from '../../api/client.ts';
import { change, count, fullTime, plural } from '../../parts/format.ts';
import { SkuLink } from '../../parts/links.tsx';
import { Section } from '../../parts/page.tsx';
import { PagedTable, RecordTable, rowsOf, type Column } from '../../parts/record-table.tsx';
import { Loaded } from '../../parts/states.tsx';
import { ExactTime } from '../../parts/times.tsx';
import { differenceQuery, snapshotPages, type LevelDifference } from './snapshot-difference.ts';

const COLUMNS: readonly Column<InventorySnapshot>[] = [
  { title: 'Taken', show: ({ taken_at }) => <ExactTime at={taken_at} /> },
  { title: 'By', show: ({ caller }) => caller },
  { title: 'Levels', show: ({ total_stock_levels }) => count(total_stock_levels), isNumber: true },
  { title: 'On hand', show: ({ on_hand }) => count(on_hand), isNumber: true },
  { title: 'Reserved', show: ({ reserved }) => count(reserved), isNumber: true },
  { title: 'Allocated', show: ({ allocated }) => count(allocated), isNumber: true },
  { title: 'Missing', show: ({ shortfall }) => count(shortfall), isNumber: true },
];

const TAKE: Action<Values> = {
  label: 'Take a snapshot',
  title: 'Record all levels as they are now',
  scope: 'stock:write',
  initial: {},
  changes: () => [{ label: 'Snapshots', to: '+1' }],
  note: 'No level changes, and reservations go on.',
  keepsReason: false,
  run: (_values, _reason, by) => holdfast().snapshots.create({}, by),
  done: 'The snapshot is taken.',
  touches: [['snapshots']],
};

export function Snapshots() {
  const query = useInfiniteQuery(snapshotPages());
  const snapshots = rowsOf(query.data);
  return (
    <Stack gap="lg">
      <Section
        title="Snapshots"
        hint="All levels at one instant, newest first"
        actions={<ActionButton action={TAKE} />}
      >
        <PagedTable
          label="Snapshots"
          query={query}
          columns={COLUMNS}
          rowKey={({ id }) => id}
          empty={{
            title: 'There is no snapshot',
            hint: 'Take one before a count or an import, to compare later.',
          }}
        />
      </Section>
      {snapshots.length > 1 && <Difference snapshots={snapshots} />}
    </Stack>
  );
}

function Difference({ snapshots }: { readonly snapshots: readonly InventorySnapshot[] }) {
  const [newest, before] = snapshots;
  const [from, setFrom] = useState(before?.id ?? '');
  const [to, setTo] = useState(newest?.id ?? '');
  const query = useQuery(differenceQuery(from, to));
  const choices = snapshots.map(({ id, taken_at }) => ({ value: id, label: fullTime(taken_at) }));
  return (
    <Section title="Difference" hint="What changed from one snapshot to another, the largest changes first">
      <Group mb="md">
        <NativeSelect
          label="From"
          data={choices}
          value={from}
          onChange={(event) => setFrom(event.currentTarget.value)}
        />
        <NativeSelect
          label="To"
          data={choices}
          value={to}
          onChange={(event) => setTo(event.currentTarget.value)}
        />
      </Group>
      <Loaded query={query}>
        {({ levels, changed, isComplete }) => (
          <>
            {!isComplete && (
              <Alert variant="default" className="warning" mb="sm" title="Too many levels">
                Only the first 20,000 levels are compared.
              </Alert>
            )}
            {changed > levels.length && (
              <p>
                The largest {levels.length} of {plural(changed, 'changed level')}
              </p>
            )}
            <RecordTable
              label="Difference"
              rows={levels}
              columns={DIFFERENCE_COLUMNS}
              rowKey={({ sku, location }) => JSON.stringify([sku, location])}
              empty={{ title: 'Nothing differs' }}
            />
          </>
        )}
      </Loaded>
    </Section>
  );
}

const delta = (title: string, of: (level: LevelDifference) => number): Column<LevelDifference> => ({
  title,
  show: (level) => change(of(level)),
  isNumber: true,
});

const DIFFERENCE_COLUMNS: readonly Column<LevelDifference>[] = [
  { title: 'SKU', show: ({ sku }) => <SkuLink name={sku} /> },
  { title: 'Location', show: ({ location }) => location },
  delta('On hand', (level) => level.on_hand),
  delta('Reserved', (level) => level.reserved),
  delta('Allocated', (level) => level.allocated),
];
